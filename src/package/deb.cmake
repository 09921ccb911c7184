# A package for Debian: cmake --build --preset release && cpack --preset release
# It takes what install() installs; stage.cmake adds what Debian wants beside it.
# The same sources give the same bytes: times are those of the last change that
# the changelog names, unless SOURCE_DATE_EPOCH says another.

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME rolekey)
set(CPACK_PACKAGE_VENDOR "The rolekey authors")
set(CPACK_PACKAGE_CONTACT "The rolekey authors <rolekey@rolekey.invalid>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
# By its name the one component there is has a manifest of its own: the other is
# what cmake --install left, which may be root's.
set(CPACK_INSTALL_CMAKE_PROJECTS
  "${CMAKE_BINARY_DIR};${PROJECT_NAME};Unspecified;/")

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"rolekey keeps one long-lived IAM user key in the keyring of the desktop, or
in an encrypted file, and runs every command with short-lived credentials of
a role. One MFA code serves all roles of its device for half a day, and a
call whose session is cached makes no request.
.
It runs a command in a role, prints the credentials for a shell, and is a
credential_process for the AWS CLI and the SDKs. It reads ~/.aws/config.")

# The programs and their modules are linked with all that they use.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS
  "awscli, gnome-keyring | keepassxc, pinentry-curses | pinentry, zenity")

set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_CURRENT_LIST_DIR}/times.cmake)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/stage.cmake)
include(CPack)
