#include "golang/module_file.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace ci::golang {
namespace {

tl::unexpected<base::Error> malformed(const std::string& name, int line, std::string_view why) {
  return base::fail(base::ErrorKind::data, fmt::format("{}:{}: {}", name, line, why));
}

bool is_space(char letter) {
  return letter == ' ' || letter == '\t' || letter == '\r';
}

// Reads the words of one line. "(" , ")" and "=>" are words where they stand alone; "//" begins a comment.
base::Result<std::vector<std::string>> words_of(std::string_view line, const std::string& name, int number) {
  std::vector<std::string> words;
  std::size_t at = 0;
  while (at < line.size()) {
    if (is_space(line[at]) || line[at] == ',') {
      ++at;
    } else if (line.substr(at).starts_with("//")) {
      break;
    } else if (line[at] == '"' || line[at] == '`') {
      const char quote = line[at++];
      std::string word;
      for (; at < line.size() && line[at] != quote; ++at) {
        if (quote == '"' && line[at] == '\\' && at + 1 < line.size()) ++at;
        word += line[at];
      }
      if (at == line.size()) return malformed(name, number, "a string does not end");
      ++at;
      words.push_back(std::move(word));
    } else if (line[at] == '(' || line[at] == ')') {
      words.emplace_back(1, line[at++]);
    } else {
      const auto begin = at;
      while (at < line.size() && !is_space(line[at]) && line[at] != ',' && line[at] != '(' && line[at] != ')' &&
             line[at] != '"' && line[at] != '`' && !line.substr(at).starts_with("//")) {
        ++at;
      }
      words.emplace_back(line.substr(begin, at - begin));
    }
  }
  return words;
}

bool is_folder(const std::string& path) {
  return path == "." || path == ".." || path.starts_with("./") || path.starts_with("../") || path.starts_with('/');
}

// Puts a directive into `file`. Returns "" or what is wrong with it.
std::string take(const Directive& directive, ModuleFile& file) {
  const auto& [verb, words, line] = directive;
  const auto counted = [&words = words, &verb = verb](std::size_t least, std::size_t most) {
    if (words.size() >= least && words.size() <= most) return std::string();
    return fmt::format("\"{}\" is followed by {} words", verb, words.size());
  };
  std::string wrong;
  if (verb == "module") {
    if (wrong = counted(1, 1); wrong.empty()) file.module = words[0];
  } else if (verb == "go") {
    if (wrong = counted(1, 1); wrong.empty()) file.go = words[0];
  } else if (verb == "toolchain") {
    if (wrong = counted(1, 1); wrong.empty()) file.toolchain = words[0];
  } else if (verb == "require") {
    if (wrong = counted(2, 2); wrong.empty()) file.required.push_back({words[0], words[1]});
  } else if (verb == "use") {
    if (wrong = counted(1, 1); wrong.empty()) file.folders.push_back(words[0]);
  } else if (verb == "replace") {
    // old [version] => new [version]
    if (wrong = counted(3, 5); !wrong.empty()) return wrong;
    const std::size_t arrow = words[1] == "=>" ? 1 : 2;
    if (words[arrow] != "=>" || arrow + 1 == words.size()) return "\"replace\" has no \"=>\"";
    if (is_folder(words[arrow + 1])) file.folders.push_back(words[arrow + 1]);
  }
  return wrong;
}

}  // namespace

base::Result<std::vector<Directive>> read_directives(std::string_view text, const std::string& name) {
  std::vector<Directive> directives;
  std::string block;  // the verb of the block that is open
  int opened = 0;
  int number = 0;
  for (const auto& line : base::split(text, '\n')) {
    ++number;
    if (base::valid_utf8(line) != line || line.find('\0') != std::string::npos) {
      return malformed(name, number, "this is no UTF-8 text");
    }
    auto words = words_of(line, name, number);
    if (!words) return base::fail(words.error());
    if (words->empty()) continue;
    if (!block.empty()) {
      if (words->front() == ")") {
        if (words->size() > 1) return malformed(name, number, "something follows \")\"");
        block.clear();
      } else {
        directives.push_back({block, std::move(*words), number});
      }
    } else if (words->size() == 2 && words->back() == "(") {
      block = words->front();
      opened = number;
    } else if (words->size() == 3 && (*words)[1] == "(" && words->back() == ")") {
      continue;  // an empty block
    } else {
      auto verb = std::move(words->front());
      if (verb == "(" || verb == ")") return malformed(name, number, fmt::format("unexpected \"{}\"", verb));
      words->erase(words->begin());
      directives.push_back({std::move(verb), std::move(*words), number});
    }
  }
  if (!block.empty()) return malformed(name, opened, fmt::format("the block \"{} (\" does not end", block));
  return directives;
}

base::Result<ModuleFile> read_module_file(std::string_view text, const std::string& name) {
  const auto directives = read_directives(text, name);
  if (!directives) return base::fail(directives.error());
  ModuleFile file;
  for (const auto& directive : *directives) {
    if (const auto wrong = take(directive, file); !wrong.empty()) return malformed(name, directive.line, wrong);
  }
  return file;
}

}  // namespace ci::golang
