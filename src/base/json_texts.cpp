#include "base/json_texts.hpp"

namespace ci::base {

Json texts_json(const std::vector<std::string>& texts) {
  Json list = Json::array();
  for (const auto& text : texts) list.push(text);
  return list;
}

std::vector<std::string> texts_in(const Json& list) {
  std::vector<std::string> texts;
  for (const auto& item : list.items()) texts.push_back(item.as_string());
  return texts;
}

}  // namespace ci::base
