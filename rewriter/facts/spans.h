// Every place that facts name, whatever holds it.
//
//   forEachSpan(unit, [](const Span& span) { ... })     forEachPiece(unit, [](const LiteralPiece& piece) { ... })
#pragma once

#include <type_traits>
#include <utility>

#include "rewriter/facts/fields.h"

namespace gander::rewriter {

// Walks the fields of a value; `Sought` is what it looks for.
template <typename Sought, typename Visit>
class FieldSearch {
 public:
  explicit FieldSearch(Visit& visit) : visit_(visit) {}
  template <typename T>
  void operator()(const char*, T& field) {
    walk(field);
  }
  template <typename T>
  void walk(T& value) {
    if constexpr (std::is_same_v<T, Sought>) visit_(std::as_const(value));
    if constexpr (std::is_same_v<T, std::string> || std::is_arithmetic_v<T> || std::is_enum_v<T>) {
      return;
    } else if constexpr (requires { typename T::value_type; }) {
      if constexpr (!std::is_arithmetic_v<typename T::value_type>)
        for (auto& item : value) walk(item);
    } else {
      visitFields(*this, value);
    }
  }

 private:
  Visit& visit_;
};

template <typename Sought, typename T, typename Visit>
void forEachField(const T& value, Visit visit) {
  FieldSearch<Sought, Visit>(visit).walk(const_cast<T&>(value));  // it only reads; one list of fields serves all
}

template <typename T, typename Visit>
void forEachSpan(const T& value, Visit visit) {
  forEachField<Span>(value, visit);
  // A region's file stands beside it.
  forEachField<std::pair<std::string, Zone>>(value,
                                             [&](const auto& zone) { visit(Span{zone.first, zone.second.range}); });
}

template <typename T, typename Visit>
void forEachPiece(const T& value, Visit visit) {
  forEachField<LiteralPiece>(value, visit);
}

}  // namespace gander::rewriter
