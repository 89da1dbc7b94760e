// What dpkg starts as dpkg-deb and dpkg-split while archives are read ahead (apt/dpkg_deb_service.hpp). dpkg starts
// three of them for each package, one after the other, and on a virtual machine the start of a program with a C library
// costs it more than their work: this one has none, and asks the process that has read ahead. Whatever it is not
// made for, the real program does.
#include <elf.h>
#include <fcntl.h>
#include <sys/syscall.h>

#include "relay/protocol.hpp"
#include "relay/question.hpp"
#include "relay/system_call.hpp"
#include "relay/text.hpp"

namespace ci::relay {
namespace {

constexpr int kError = 2;       // dpkg-deb(1), dpkg-split(1)
constexpr int kNotAPart = 1;    // dpkg-split(1), --auto
constexpr int kNotFound = 127;  // as a shell says it

struct Start {
  long count;
  char** arguments;
  char** environment;
  const char* program;  // this one's path
};

[[noreturn]] void leave(int code) {
  for (;;) system_call(SYS_exit_group, code);
}

[[noreturn]] void fail(const char* archive, const char* why) {
  Text line;
  line.add("ci-optimizer: error: cannot unpack ").add(archive).add(": ").add(why).add("\n");
  system_call(SYS_write, 2, address(line.bytes()), static_cast<long>(line.size()));
  leave(kError);
}

// The folder of this program, with a slash at its end.
Text folder_of(const char* program) {
  Text folder;
  return folder.add(program, static_cast<std::size_t>(last_part(program) - program)), folder;
}

[[noreturn]] void become_real(const Start& start) {
  Text path = folder_of(start.program);
  path.add(kRealPrograms).add("/").add(last_part(start.program));
  if (path.fits()) {
    system_call(SYS_execve, address(path.bytes()), address(start.arguments), address(start.environment));
  }
  fail(path.bytes(), "there is no such program");
}

// The archive that dpkg means: it knows it by a link that apt made. The link's own text is the name that was read
// ahead.
Text archive_of(const char* path) {
  char target[4096];
  const long size = system_call(SYS_readlinkat, AT_FDCWD, address(path), address(target), sizeof target);
  Text archive;
  if (size > 0 && target[0] == '/') return archive.add(target, static_cast<std::size_t>(size)), archive;
  return archive.add(path), archive;
}

Answer ask_for(const Start& start, const char* what, const Text& archive, int file) {
  Text socket = folder_of(start.program);
  Text question;
  return ask(socket.add(kSocket), question.add(what).add(archive.bytes()), file);
}

// dpkg-deb --fsys-tarfile ARCHIVE
void give_contents(const Start& start) {
  const Text archive = archive_of(start.arguments[2]);
  const Answer answer = ask_for(start, kContents, archive, 1);
  if (answer.kind == Answer::Kind::lost) fail(archive.bytes(), "the process that had read it ahead is gone");
  if (answer.kind != Answer::Kind::text || equal(answer.text, kNotDone)) return;
  if (equal(answer.text, kDone)) leave(0);
  fail(archive.bytes(), "the archive is damaged or dpkg stopped reading");
}

bool read_all(long file, void* room, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    const long count =
        system_call(SYS_read, file, address(static_cast<char*>(room) + done), static_cast<long>(size - done));
    if (count <= 0) return false;
    done += static_cast<std::size_t>(count);
  }
  return true;
}

// Takes the next control file from `files` into `folder`. Returns whether it is there, whole.
bool take_file(long files, long folder, const ControlFileHead& head) {
  char name[256];
  if (head.name_size > sizeof name || !read_all(files, name, head.name_size)) return false;
  const long file =
      system_call(SYS_openat, folder, address(name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return false;
  for (std::uint64_t rest = head.size; rest > 0;) {
    const long count = system_call(SYS_sendfile, file, files, 0, static_cast<long>(rest));
    if (count <= 0) return false;
    rest -= static_cast<std::uint64_t>(count);
  }
  const bool whole = system_call(SYS_fchmod, file, head.mode) == 0;
  system_call(SYS_close, file);
  return whole;
}

// dpkg-deb --control ARCHIVE FOLDER
void give_control(const Start& start) {
  const Text archive = archive_of(start.arguments[2]);
  const Answer answer = ask_for(start, kControl, archive, -1);
  if (answer.kind != Answer::Kind::text || !equal(answer.text, kDone) || answer.file < 0) return;
  system_call(SYS_mkdirat, AT_FDCWD, address(start.arguments[3]), 0777);
  const long folder = system_call(SYS_openat, AT_FDCWD, address(start.arguments[3]), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) fail(archive.bytes(), "its control files cannot be written");
  for (ControlFileHead head; read_all(answer.file, &head, sizeof head);) {
    if (!take_file(answer.file, folder, head)) fail(archive.bytes(), "its control files cannot be written");
  }
  leave(0);
}

// dpkg-split -Qao OUTPUT ARCHIVE: is it a part of an archive? What begins like a whole one is none.
void tell_whole(const Start& start) {
  constexpr char kBegin[] = "!<arch>\ndebian-binary";
  constexpr std::size_t kSize = sizeof kBegin - 1;
  char begin[kSize];
  const long file = system_call(SYS_openat, AT_FDCWD, address(start.arguments[3]), O_RDONLY | O_CLOEXEC);
  if (file < 0 || !read_all(file, begin, kSize)) return;
  for (std::size_t i = 0; i < kSize; ++i) {
    if (begin[i] != kBegin[i]) return;
  }
  leave(kNotAPart);
}

const char* path_of_program(char** environment) {
  while (*environment != nullptr) ++environment;
  auto* item = reinterpret_cast<Elf64_auxv_t*>(environment + 1);
  for (; item->a_type != AT_NULL; ++item) {
    if (item->a_type == AT_EXECFN) return reinterpret_cast<const char*>(item->a_un.a_val);
  }
  return nullptr;
}

}  // namespace

// `stack` is as the kernel leaves it: the number of arguments, they, the environment, auxiliary values.
extern "C" [[noreturn]] void ci_relay_main(long* stack) {
  Start start;
  start.count = stack[0];
  start.arguments = reinterpret_cast<char**>(stack + 1);
  start.environment = start.arguments + start.count + 1;
  start.program = path_of_program(start.environment);
  if (start.count < 1 || start.program == nullptr) leave(kNotFound);
  const bool splits = equal(last_part(start.program), "dpkg-split");
  if (splits && start.count == 4 && equal(start.arguments[1], "-Qao")) tell_whole(start);
  // A relative name means another file to the process that is asked.
  const bool asks = !splits && start.count > 2 && start.arguments[2][0] == '/';
  if (asks && start.count == 3 && equal(start.arguments[1], "--fsys-tarfile")) give_contents(start);
  if (asks && start.count == 4 && equal(start.arguments[1], "--control")) give_control(start);
  become_real(start);
}

#if defined(__x86_64__)
asm(".globl _start\n_start:\n xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n call ci_relay_main\n");
#elif defined(__aarch64__)
asm(".globl _start\n_start:\n mov x29, #0\n mov x30, #0\n mov x0, sp\n bl ci_relay_main\n");
#endif

}  // namespace ci::relay
