#include "delta/commands.hpp"

#include "base/json_texts.hpp"

namespace ci::delta {

base::Json to_json(const Commands& commands) {
  auto json = base::Json::array();
  for (const auto& command : commands) json.push(base::texts_json(command));
  return json;
}

Commands commands_in(const base::Json& json) {
  Commands commands;
  for (const auto& command : json.items()) commands.push_back(base::texts_in(command));
  return commands;
}

}  // namespace ci::delta
