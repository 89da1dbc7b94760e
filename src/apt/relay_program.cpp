#include "apt/relay_program.hpp"

namespace ci::apt {
namespace {

constexpr unsigned char kProgram[] = {
#include "relay_program.inc"
};

}  // namespace

std::string_view relay_program() {
  return {reinterpret_cast<const char*>(kProgram), sizeof kProgram};
}

}  // namespace ci::apt
