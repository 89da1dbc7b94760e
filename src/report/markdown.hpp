#pragma once
// Other people's text inside our Markdown (GitHub Flavored Markdown).
#include <string>
#include <string_view>

namespace ci::report {

// Returns `text` as one line that shows as itself anywhere, in a table's cell too: no markup, no HTML, no mention, no
// control character. Every character that could mean something is written as its HTML entity, which Markdown never
// takes for structure (CommonMark 0.31, 6.2).
std::string escaped(std::string_view text);

// Returns `text` as one line in fixed-width type, for prose and tables alike.
std::string code(std::string_view text);

// The same for at most `bytes` bytes of `text`, "…" after what was cut: one text must not push everything else out.
std::string escaped_part(std::string_view text, std::size_t bytes);
std::string code_part(std::string_view text, std::size_t bytes);

// Returns `text` as a block of fixed-width lines between fences longer than any run of backticks in it.
std::string fenced(std::string_view text);

// Returns at most `bytes` bytes of Markdown, cut on a UTF-8 boundary; "…" marks the cut, and a fenced block that the
// cut left open is closed.
std::string cut_markdown(std::string_view text, std::size_t bytes);

}  // namespace ci::report
