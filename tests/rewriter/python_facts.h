// Small programs as facts, for the tests of the Python frontend.
#pragma once

#include <string>

#include "rewriter/facts/dump.h"
#include "rewriter/treesitter/frontends.h"

namespace gander::rewriter {

inline LoweringContext someTree() {
  LoweringContext context(
      {"t.py", "warehouse/__init__.py", "warehouse/client.py", "src/shop/orders.py", "src/shop/__init__.py"});
  context.addPackage("warehouse/__init__.py", "from .client import open, Client as C\n");
  return context;
}

inline Unit lower(const std::string& text, const std::string& path = "t.py") {
  return lowerPython(path, text, someTree(), {});
}

// The facts of one function, a line each, without its head.
inline std::string facts(const std::string& text, const std::string& symbol, const std::string& path = "t.py") {
  for (const Function& function : lower(text, path).functions) {
    const std::string shown = "\n" + dump(function);
    if (function.symbol == symbol) return shown.substr(shown.find('\n', 1));
  }
  return "no function " + symbol;
}
inline std::string moduleFacts(const std::string& text) { return facts(text, "<file>t.py"); }

inline constexpr auto kClasses = R"(
class A:
    kind = "plays"
    def __init__(self, t): self.t = t
    @property
    def p(self): return self.t
    @p.setter
    def p(self, v): self.t = v
    @staticmethod
    def s(x): return x
    @classmethod
    def c(cls, x): return cls(x)
class B(A):
    def m(self):
        self.p = self.p
        super().load()
        self.s(self.kind)
        self.c(self.other)
        A.m2(self)
        return B.m(self)
class C(somewhere.Base):
    def m(self): return self.unknown
def f(a: A):
    x = A("t")
    x.s(a.p)
)";

}  // namespace gander::rewriter
