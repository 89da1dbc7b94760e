#pragma once
// The smallest files that a dynamic loader would take, and a cache of such.
#include <elf.h>

#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ci::test {

struct ElfParts {
  std::vector<std::string> needed{};
  std::string soname{}, rpath{}, runpath{}, interpreter{};
  std::uint16_t machine = EM_X86_64;
};

template <class T>
void append(std::string& bytes, const T& value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);  // NOLINT(*-reinterpret-cast)
}

// Header | program headers | dynamic section | strings | interpreter, loaded at another address than their offset.
template <class Header, class Segment, class Dynamic>
std::string elf_of(const ElfParts& parts, unsigned char file_class) {
  constexpr std::uint64_t kBase = 0x10000;
  std::string strings(1, '\0');
  std::vector<Dynamic> entries;
  const auto add = [&](auto tag, const std::string& text) {
    if (text.empty()) return;
    Dynamic entry{};
    entry.d_tag = static_cast<decltype(entry.d_tag)>(tag);
    entry.d_un.d_val = static_cast<decltype(entry.d_un.d_val)>(strings.size());
    entries.push_back(entry);
    strings += text + '\0';
  };
  for (const auto& name : parts.needed) add(DT_NEEDED, name);
  add(DT_SONAME, parts.soname);
  add(DT_RPATH, parts.rpath);
  add(DT_RUNPATH, parts.runpath);
  const std::size_t segments = 3;
  const std::size_t dynamic_at = sizeof(Header) + segments * sizeof(Segment);
  const std::size_t strings_at = dynamic_at + (entries.size() + 2) * sizeof(Dynamic);
  const std::size_t interpreter_at = strings_at + strings.size();
  Dynamic table{};
  table.d_tag = DT_STRTAB;
  table.d_un.d_ptr = static_cast<decltype(table.d_un.d_ptr)>(kBase + strings_at);
  entries.push_back(table);
  entries.push_back(Dynamic{});

  Header header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = file_class;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_type = ET_DYN;
  header.e_machine = parts.machine;
  header.e_phoff = sizeof header;
  header.e_phentsize = sizeof(Segment);
  header.e_phnum = segments;
  std::string bytes;
  append(bytes, header);
  const auto segment = [&](auto type, std::size_t at, std::size_t size) {
    Segment one{};
    one.p_type = type;
    one.p_offset = static_cast<decltype(one.p_offset)>(at);
    one.p_vaddr = static_cast<decltype(one.p_vaddr)>(kBase + at);
    one.p_filesz = static_cast<decltype(one.p_filesz)>(size);
    append(bytes, one);
  };
  segment(PT_LOAD, 0, interpreter_at + parts.interpreter.size() + 1);
  segment(PT_DYNAMIC, dynamic_at, entries.size() * sizeof(Dynamic));
  if (parts.interpreter.empty()) {
    segment(PT_NULL, 0, 0);
  } else {
    segment(PT_INTERP, interpreter_at, parts.interpreter.size() + 1);
  }
  for (const auto& entry : entries) append(bytes, entry);
  return bytes + strings + parts.interpreter + '\0';
}

inline std::string elf64(const ElfParts& parts) {
  return elf_of<Elf64_Ehdr, Elf64_Phdr, Elf64_Dyn>(parts, ELFCLASS64);
}
inline std::string elf32(const ElfParts& parts) {
  return elf_of<Elf32_Ehdr, Elf32_Phdr, Elf32_Dyn>(parts, ELFCLASS32);
}

// ld.so.cache with these names and paths.
inline std::string library_cache(const std::vector<std::pair<std::string, std::string>>& libraries) {
  constexpr std::uint32_t kHeader = 48, kEntry = 24;
  std::string strings, entries;
  const auto start = kHeader + kEntry * static_cast<std::uint32_t>(libraries.size());
  for (const auto& [name, path] : libraries) {
    append(entries, std::int32_t{0x0303});
    for (const auto& text : {name, path}) {
      append(entries, start + static_cast<std::uint32_t>(strings.size()));
      strings += text + '\0';
    }
    append(entries, std::uint32_t{0});
    append(entries, std::uint64_t{0});
  }
  std::string bytes = "glibc-ld.so.cache1.1";
  append(bytes, static_cast<std::uint32_t>(libraries.size()));
  append(bytes, static_cast<std::uint32_t>(strings.size()));
  bytes.resize(kHeader, '\0');
  return bytes + entries + strings;
}

}  // namespace ci::test
