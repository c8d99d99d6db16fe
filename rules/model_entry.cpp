#include "rules/model_entry.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "rules/dialects.h"

namespace gander::rules {
namespace {

using Form = Pattern::Form;

constexpr int kMostArguments = 63;

const std::vector<std::string> kForms = {"function",  "method", "subscript", "element",
                                         "attribute", "key",    "class",     "static"};
const std::vector<std::string> kNamed = {"table", "uri", "topic", "metric", "literal"};
const std::vector<std::string> kFormatHoles = {"percent", "brace", "dollar", "none", "between"};
const std::vector<std::string> kTexts = {"sql",       "csv",       "json",      "pointer", "log",
                                         "parameter", "prototext", "protojson", "paths",   "jsonpaths"};

bool isDataLanguage(const std::string& language) { return language == "yaml" || language == "json"; }

// What may be written for each kind of entry: its forms, and where its object comes in and out.
struct KindRules {
  EntryKind kind;
  std::vector<Form> forms;
};

const std::map<std::string, KindRules>& kindRules() {
  static const std::map<std::string, KindRules> rules = {
      {"source", {EntryKind::kSource, {Form::kFunction, Form::kMethod, Form::kClass, Form::kStatic, Form::kKey}}},
      {"sink", {EntryKind::kSink, {Form::kFunction, Form::kMethod}}},
      {"flow",
       {EntryKind::kFlow, {Form::kFunction, Form::kMethod, Form::kSubscript, Form::kElement, Form::kAttribute}}},
      {"use", {EntryKind::kUse, {Form::kFunction, Form::kMethod, Form::kSubscript, Form::kAttribute}}},
      {"text", {EntryKind::kText, {Form::kFunction, Form::kMethod}}},
      {"export", {EntryKind::kExport, {Form::kFunction, Form::kMethod}}},
      {"format", {EntryKind::kFormat, {Form::kFunction, Form::kMethod}}},
      {"order", {EntryKind::kOrder, {Form::kFunction}}},
  };
  return rules;
}

std::string readDialect(MapReader& map) {
  return map.choice("dialect", {kDialectWords.begin(), kDialectWords.end()}).value_or("");
}

// A word or a list of words.
std::vector<std::string> readHoles(MapReader& map, Problems& problems) {
  const Node* node = map.child("holes");
  if (node == nullptr) return {};
  std::vector<std::string> holes;
  const std::vector<std::string> known(kHoleWords.begin(), kHoleWords.end());
  for (const Node* item : node->kind == Node::Kind::kSequence ? map.list("holes") : std::vector<const Node*>{node}) {
    auto word = scalarText(*item, "'holes'", problems);
    if (!word) continue;
    if (std::find(known.begin(), known.end(), *word) == known.end())
      problems.add(item->position, fmt::format("'holes' can't be {}; write {}", describe(*item), choices(known)));
    holes.push_back(std::move(*word));
  }
  if (holes.size() > 1 && std::find(holes.begin(), holes.end(), "none") != holes.end())
    problems.add(node->position, "'holes' can't be 'none' and something else; remove one of them");
  if (node->kind == Node::Kind::kSequence && node->items.empty())
    problems.add(node->position, "'holes' is empty; write 'none', or remove it");
  return holes;
}

// names_by: sqlite3_column_name, names_by: [a, b], names_by: none
std::optional<std::vector<std::string>> readNamesBy(MapReader& map, Problems& problems) {
  const Node* node = map.child("names_by");
  if (node == nullptr) return std::nullopt;
  std::vector<std::string> words;
  for (const Node* item : node->kind == Node::Kind::kSequence ? map.list("names_by") : std::vector<const Node*>{node})
    if (auto word = scalarText(*item, "'names_by'", problems)) words.push_back(std::move(*word));
  if (node->kind == Node::Kind::kSequence && words.empty())
    problems.add(node->position, "'names_by' is empty; write 'none', or remove it");
  if (words == std::vector<std::string>{"none"}) words.clear();
  return words;
}

class EntryReader {
 public:
  EntryReader(const Model& model, const EntryDefaults& defaults, const std::string& kind, const Node& node,
              Problems& problems)
      : model_(model),
        defaults_(defaults),
        node_(node),
        rules_(kindRules().at(kind)),
        what_(fmt::format("{} {}", kind == "export" || kind == "order" ? "an" : "a", kind)),
        map_(node, what_, problems),
        problems_(problems) {
    entry_.kind = rules_.kind;
    entry_.position = node.position;
  }

  ModelEntry read() {
    if (!readPattern()) return std::move(entry_);
    switch (entry_.kind) {
      case EntryKind::kSource: readSource(); break;
      case EntryKind::kSink: readSink(); break;
      case EntryKind::kFlow: readFlow(); break;
      case EntryKind::kUse: readUse(); break;
      case EntryKind::kText: readText(); break;
      case EntryKind::kExport: readExport(); break;
      case EntryKind::kFormat: readFormat(); break;
      case EntryKind::kOrder: readOrder(); break;
    }
    map_.finish();
    return std::move(entry_);
  }

 private:
  bool isCall() const { return entry_.pattern.form == Form::kFunction || entry_.pattern.form == Form::kMethod; }

  // Whether it is clear what is matched: without that, nothing more can be asked for.
  bool readPattern() {
    std::vector<std::string> written;
    std::vector<std::string> allowed;
    for (size_t i = 0; i < kForms.size(); ++i) {
      auto form = static_cast<Form>(i);
      bool fits = std::find(rules_.forms.begin(), rules_.forms.end(), form) != rules_.forms.end();
      if (fits) allowed.push_back(kForms[i]);
      if (!map_.has(kForms[i])) continue;
      written.push_back(kForms[i]);
      entry_.pattern.form = form;
      if (!fits)
        problems_.add(map_.positionOf(kForms[i]),
                      fmt::format("'{}' is no form of {}; write {}", kForms[i], what_, choices(allowed)));
    }
    if (written.size() != 1) {
      if (map_.isMap())
        problems_.add(entry_.position, fmt::format("{} needs exactly one of {}, and has {}{}", what_, choices(allowed),
                                                   written.empty() ? "none" : choices(written),
                                                   written.empty() ? meantForm(allowed) : ""));
      return false;
    }
    readPatternValue(written.front());
    return true;
  }

  // Before: {functoin: f, argument: 0}   After: "; did you mean 'function'?"
  std::string meantForm(const std::vector<std::string>& allowed) const {
    static const std::vector<std::string> others = {
        "on",   "argument", "keyword", "names", "gives",  "takes",  "value",   "from", "field",
        "kind", "dialect",  "holes",   "open",  "into",   "within", "to",      "part", "parameter",
        "by",   "named",    "ambient", "of",    "number", "fills",  "names_by"};
    for (const auto& entry : node_.entries)
      if (std::find(others.begin(), others.end(), entry.key) == others.end())
        if (auto meant = meantName(entry.key, allowed); !meant.empty()) return meant;
    return "";
  }

  void readPatternValue(const std::string& form) {
    auto value = map_.text(form);
    auto& pattern = entry_.pattern;
    if (pattern.form == Form::kSubscript || pattern.form == Form::kElement) {
      pattern.object = wantObject(value, map_.positionOf(form));
    } else {
      pattern.name = value;
    }
    if (pattern.form == Form::kMethod || pattern.form == Form::kAttribute)
      pattern.object = wantObject(map_.text("on"), map_.positionOf("on"));
    const bool ofClass = pattern.form == Form::kClass || pattern.form == Form::kStatic;
    if (ofClass && model_.language == "python")
      problems_.add(map_.positionOf(form), fmt::format("'{}' is for C++, where the compiler knows classes", form));
    bool data = isDataLanguage(model_.language);
    if (data != (pattern.form == Form::kKey))
      problems_.add(map_.positionOf(form),
                    fmt::format("a model for {} {}", model_.language,
                                data ? "knows only 'key'" : "has no 'key'; that is for yaml and json"));
  }

  std::string wantObject(std::string name, Position position) {
    if (name == kTextObject && entry_.pattern.form == Form::kMethod) return name;
    // Another model's object is looked for when all are read.
    if (name.contains('.')) return name;
    if (name.empty() || std::find(model_.objects.begin(), model_.objects.end(), name) != model_.objects.end())
      return name;
    auto otherwise = model_.objects.empty() ? std::string("; list it under 'objects'")
                                            : fmt::format("; 'objects' lists {}", choices(model_.objects));
    problems_.add(position,
                  fmt::format("unknown object {}{}", inQuotes(name), meantName(name, model_.objects, otherwise)));
    return name;
  }

  // An argument by its number, or by one of the words that `words` holds.
  int place(const std::string& key, const std::map<std::string, int>& words) {
    const Node* node = map_.child(key);
    if (node == nullptr) return kAbsent;
    if (node->kind == Node::Kind::kScalar)
      if (auto word = words.find(node->text); word != words.end()) return word->second;
    if (node->kind == Node::Kind::kScalar && !node->text.empty() &&
        node->text.find_first_not_of("0123456789") == std::string::npos)
      return map_.optionalNumber(key, 0, kMostArguments).value_or(kAbsent);
    std::string also;
    for (const auto& [word, meaning] : words) also += fmt::format(", or '{}'", word);
    problems_.add(node->position, fmt::format("'{}' must be the number of an argument, counted from 0{}, not {}", key,
                                              also, describe(*node)));
    return kAbsent;
  }

  void readNameOrText(const std::map<std::string, int>& words) {
    entry_.argument = place("argument", words);
    entry_.keyword = map_.optionalText("keyword").value_or("");
    if (isCall() && map_.isMap() && !map_.has("argument") && entry_.keyword.empty())
      problems_.add(entry_.position,
                    fmt::format("{} needs 'argument' or 'keyword': which argument it is about", what_));
  }

  void readNames() {
    auto names = map_.choice("names", kNamed, true);
    if (names == "uri") entry_.reference = ReferenceKind::kUri;
    if (names == "topic") entry_.reference = ReferenceKind::kTopic;
    if (names == "literal") entry_.reference = ReferenceKind::kLiteral;
    if (names == "metric") entry_.reference = ReferenceKind::kMetric;
  }

  // It has no name: the migration's `ambient` reference says which dataset its object is.
  void readAmbient() {
    entry_.ambient = true;
    entry_.gives = wantObject(map_.text("gives"), map_.positionOf("gives"));
    if (entry_.gives.contains('.'))
      problems_.add(map_.positionOf("gives"), "an ambient source gives an object of its own model");
    for (const auto* key : {"argument", "keyword", "names", "open"})
      if (map_.has(key))
        problems_.add(map_.positionOf(key), fmt::format("'{}' is for a source that is named; remove it", key));
  }

  void readSource() {
    if (isCall() && map_.optionalFlag("ambient").value_or(false)) return readAmbient();
    if (entry_.pattern.form == Form::kClass || entry_.pattern.form == Form::kStatic) {
      entry_.gives = wantObject(map_.text("gives"), map_.positionOf("gives"));
      return;
    }
    if (entry_.pattern.form != Form::kKey) {
      readNameOrText({});
      if (!readOpen()) entry_.gives = wantObject(map_.text("gives"), map_.positionOf("gives"));
    }
    readNames();
  }

  // Whether the entry says that it leads no further.
  bool readOpen() {
    if (!map_.has("open")) return false;
    entry_.open = map_.text("open");
    return true;
  }

  void readSink() {
    if (map_.has("of")) {
      entry_.argument = place("of", {{"template", kTemplate}});
      entry_.reference = ReferenceKind::kType;
    } else {
      readNameOrText({});
      readNames();
      if (readOpen()) return;
    }
    entry_.value = place("value", {});
    if (!map_.has("value") && map_.isMap())
      problems_.add(entry_.position, "a sink needs 'value': which argument is the object");
    entry_.gives = wantObject(map_.text("takes"), map_.positionOf("takes"));
    if (entry_.value >= 0 && entry_.value == entry_.argument)
      problems_.add(map_.positionOf("value"),
                    fmt::format("argument {} can't be both the name and the object", entry_.value));
  }

  // df["name"] against df[["a", "b"]] and df[condition].
  void readBy() {
    auto word = map_.choice("by", {"name", "other"});
    if (word && entry_.pattern.form != Form::kSubscript)
      problems_.add(map_.positionOf("by"), "'by' is for subscripts; remove it");
    if (word) entry_.by = *word == "name" ? SubscriptBy::kName : SubscriptBy::kOther;
  }

  void readFlow() {
    readBy();
    readOpen();
    entry_.from = map_.has("from")                         ? place("from", {{"receiver", kReceiver}})
                  : entry_.pattern.form == Form::kFunction ? kAbsent
                                                           : kReceiver;
    readNamed();
    const bool goes = readWhereTo();
    entry_.gives = map_.has("gives") || !goes ? map_.text("gives") : "same";
    const std::array<std::string_view, 4> ofWhatComesIn{"same", kElementObject, kPartObject, kReturnedObject};
    if (std::ranges::find(ofWhatComesIn, entry_.gives) == ofWhatComesIn.end()) {
      if (entry_.gives != kValueObject && entry_.gives != kPairsObject)
        wantObject(entry_.gives, map_.positionOf("gives"));
    } else if (entry_.from == kAbsent) {
      problems_.add(map_.has("gives") ? map_.positionOf("gives") : entry_.position,
                    entry_.gives == "same" && !goes ? "'same' needs 'from': the same as what?"
                                                    : fmt::format("'{}' needs 'from': of what?", entry_.gives));
    }
  }

  // Whether what comes out goes elsewhere than to the call's result. At most one of the keys may say so.
  bool readWhereTo() {
    std::vector<std::string> written;
    for (const auto* key : {"within", "into", "to", "part"})
      if (map_.has(key)) written.emplace_back(key);
    entry_.within = place("within", {{"receiver", kReceiver}, {"result", kResult}});
    entry_.into = place("into", {{"receiver", kReceiver}});
    entry_.to = place("to", {});
    entry_.part = place("part", {});
    if (map_.has("parameter")) entry_.parameter = std::max(place("parameter", {}), 0);
    if (map_.has("parameter") && entry_.to == kAbsent)
      problems_.add(map_.positionOf("parameter"), "'parameter' needs 'to': which argument is the function");
    if (written.size() > 1)
      problems_.add(map_.positionOf(written[1]), fmt::format("a flow goes to one place; remove '{}'", written[1]));
    if (!written.empty() && !isCall())
      problems_.add(map_.positionOf(written[0]), fmt::format("'{}' is for calls; remove it", written[0]));
    return !written.empty();
  }

  // Which argument is the name that a text was given, or is given.
  void readNamed() {
    if (!map_.has("named")) return;
    entry_.named = place("named", {});
    if (!isCall()) problems_.add(map_.positionOf("named"), "'named' is for calls; remove it");
    if (entry_.kind == EntryKind::kFlow && map_.has("from"))
      problems_.add(map_.positionOf("named"), "'named' says what comes in; remove 'from'");
    if (entry_.named >= 0 && entry_.named == entry_.argument)
      problems_.add(map_.positionOf("named"),
                    fmt::format("argument {} can't be both the text and its name", entry_.named));
  }

  void readUse() {
    if (auto gives = map_.optionalText("gives")) entry_.gives = wantObject(*gives, map_.positionOf("gives"));
    if (!isCall()) {
      entry_.from = kReceiver;
      // What is written to the attribute may name fields.
      if (entry_.pattern.form == Form::kAttribute && map_.choice("field", {"any"})) entry_.field = kAnyArgument;
      return;
    }
    readFrom(true, {{"receiver", kReceiver}, {"result", kResult}, {"context", kContext}});
    entry_.field = place("field", {{"any", kAnyArgument}, {"each", kEachArgument}});
    entry_.number = place("number", {});
    if (map_.has("value")) entry_.value = place("value", {});
    entry_.keyword = map_.optionalText("keyword").value_or("");
    if (!map_.has("field") && !map_.has("number") && entry_.keyword.empty() && map_.isMap())
      problems_.add(entry_.position, "a use needs 'field' or 'keyword': which argument names the field");
    if (map_.has("number") && (map_.has("field") || !entry_.keyword.empty()))
      problems_.add(map_.positionOf("number"), "a field is told by its number or by its name; remove one of them");
    if (map_.has("value") && entry_.field < 0)
      problems_.add(map_.positionOf("value"),
                    "'value' stands under the field that 'field' names: an argument's number");
    if (entry_.field == kAnyArgument && !entry_.keyword.empty())
      problems_.add(map_.positionOf("keyword"), "'field' is any argument already; remove 'keyword'");
    if (entry_.from == kContext && (entry_.pattern.form != Form::kFunction || entry_.field == kAnyArgument))
      problems_.add(map_.positionOf("from"), "'context' is for a function, and a field that is not 'any'");
    if (entry_.field >= 0 && entry_.field == entry_.from)
      problems_.add(map_.positionOf("field"),
                    fmt::format("argument {} can't be both the object and the field's name", entry_.field));
  }

  // Where the object is whose fields the entry speaks of: a method's is the receiver.
  void readFrom(bool required, const std::map<std::string, int>& words = {{"receiver", kReceiver}}) {
    bool function = entry_.pattern.form == Form::kFunction;
    entry_.from = map_.has("from") ? place("from", words) : function ? kAbsent : kReceiver;
    if (required && function && !map_.has("from") && map_.isMap())
      problems_.add(entry_.position,
                    fmt::format("{} by a function needs 'from': receiver, or the argument that has the field", what_));
  }

  void readText() {
    readNameOrText({{"any", kAnyArgument}});
    entry_.text = map_.choice("kind", kTexts, true).value_or("");
    if (auto gives = map_.optionalText("gives")) entry_.gives = wantObject(*gives, map_.positionOf("gives"));
    if (isMessageText(entry_.text))
      readFrom(true, {{"receiver", kReceiver}, {"result", kResult}, {"template", kTemplate}});
    else if (entry_.text == "csv" || entry_.text == "json" || entry_.text == "pointer")
      readFrom(false, {{"receiver", kReceiver}, {"result", kResult}});
    if (entry_.text != "sql") {
      for (const auto* key : {"dialect", "holes", "named", "fills", "names_by"})
        if (map_.has(key))
          problems_.add(map_.positionOf(key), fmt::format("'{}' is for texts of kind sql; remove it", key));
      return;
    }
    entry_.dialect = map_.has("dialect") ? readDialect(map_) : defaults_.dialect;
    entry_.namesBy = readNamesBy(map_, problems_);
    readNamed();
    if (entry_.named >= 0 && !entry_.gives.empty())
      problems_.add(map_.positionOf("gives"),
                    "a text that is given a name gives nothing; its rows come by a flow that is 'named'");
    if (map_.choice("into", {"receiver"})) {
      entry_.into = kReceiver;
      if (entry_.pattern.form != Form::kMethod || entry_.gives.empty())
        problems_.add(map_.positionOf("into"), "'into' needs a method that 'gives' rows");
    }
    entry_.holes = map_.has("holes") ? readHoles(map_, problems_) : defaults_.holes;
    entry_.fills = map_.choice("fills", {kFillWords.begin(), kFillWords.end()}).value_or("");
    if (!entry_.fills.empty() && entry_.argument < 0)
      problems_.add(map_.positionOf("fills"), "'fills' needs 'argument': the text behind which the values stand");
  }

  void readExport() {
    readFrom(true);
    readOpen();
  }

  void readFormat() {
    entry_.argument = place("argument", {{"any", kAnyArgument}, {"receiver", kReceiver}});
    entry_.into = place("into", {});
    auto holes = map_.choice("holes", kFormatHoles, true).value_or("");
    entry_.holes = {holes};
    if (!map_.has("argument") && map_.isMap())
      problems_.add(entry_.position, "a format needs 'argument': which argument is the text with the holes");
    if ((entry_.argument == kAnyArgument) != (holes == "none") && map_.has("argument") && map_.has("holes"))
      problems_.add(map_.positionOf("holes"), "'holes: none' is for 'argument: any', and only that");
    if (entry_.into >= 0 && entry_.into == entry_.argument)
      problems_.add(map_.positionOf("into"),
                    fmt::format("argument {} can't be both the text and what it is written into", entry_.into));
  }

  void readOrder() {
    entry_.argument = place("argument", {{"any", kAnyArgument}});
    if (!map_.has("argument") && map_.isMap())
      problems_.add(entry_.position, "an order needs 'argument': what is hashed, or ordered by");
  }

  const Model& model_;
  const EntryDefaults& defaults_;
  const Node& node_;
  const KindRules& rules_;
  std::string what_;
  MapReader map_;
  Problems& problems_;
  ModelEntry entry_;
};

}  // namespace

EntryDefaults readDefaults(MapReader& metadata, Problems& problems) {
  return {readDialect(metadata), readHoles(metadata, problems)};
}

const std::vector<std::string>& entryKinds() {
  static const std::vector<std::string> kinds = {"source", "sink", "flow", "use", "text", "export", "format", "order"};
  return kinds;
}

ModelEntry readEntry(const Model& model, const EntryDefaults& defaults, const std::string& kind, const Node& node,
                     Problems& problems) {
  return EntryReader(model, defaults, kind, node, problems).read();
}

}  // namespace gander::rules
