// close_on_exec.hpp: descriptors that programs started by this one do not inherit.
//
//   Before   users open a socket; accepted ones come so from use_actor.
//   After    fork() and exec() elsewhere in the process leave it behind.
#pragma once

#include <asio/error.hpp>
#include <asio/error_code.hpp>

#include <cerrno>
#include <fcntl.h>
#include <sys/socket.h>
#include <system_error>

namespace troupe::io {

/// Asio 1.22 opens descriptors that programs started by exec() inherit, and with them an end of the
/// connection: their peers would never see it close. This sets FD_CLOEXEC; a fork() between the
/// opening and this call is too early: see open().
/// @returns false: nothing is open
template <class Object>
bool close_on_exec(Object& object) noexcept {
  const int fd = static_cast<int>(object.native_handle());
  if (fd < 0) return false;
  return ::fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

/// Opens a socket or an acceptor of `protocol`, closed on exec from its first moment.
/// @throws std::system_error what socket() says
template <class Socket, class Protocol>
void open(Socket& socket, const Protocol& protocol) {
  const int fd = ::socket(protocol.family(), protocol.type() | SOCK_CLOEXEC, protocol.protocol());
  if (fd < 0)
    throw std::system_error(errno, std::generic_category(), "troupe: io::open: no socket");
  socket.assign(protocol, fd);
}

}  // namespace troupe::io
