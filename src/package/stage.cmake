# Run by cpack when all is in its place, and before it is packed: what Debian
# wants of a package and cmake --install does not make.
set(stage ${CPACK_TEMPORARY_INSTALL_DIRECTORY})
set(share ${stage}/usr/share)
set(doc ${share}/doc/${CPACK_PACKAGE_NAME})

file(MAKE_DIRECTORY ${doc})
file(COPY ${CMAKE_CURRENT_LIST_DIR}/copyright
  ${CMAKE_CURRENT_LIST_DIR}/changelog DESTINATION ${doc})

# Debian policy 10.9 allows another mode if there is a reason; lintian asks for it.
file(COPY ${CMAKE_CURRENT_LIST_DIR}/lintian DESTINATION ${share}/lintian)
file(RENAME ${share}/lintian/lintian ${share}/lintian/overrides)

# Where Debian's zsh looks for what packages bring.
file(RENAME ${share}/zsh/site-functions ${share}/zsh/vendor-completions)

file(GLOB pages ${share}/man/man*/*.[1-9])
execute_process(COMMAND gzip -9n ${pages} ${doc}/changelog
  COMMAND_ERROR_IS_FATAL ANY)

# Folders that were made under the umask of whoever runs this.
file(GLOB_RECURSE all LIST_DIRECTORIES ON ${stage}/*)
foreach(folder ${all})
  if(IS_DIRECTORY ${folder})
    file(CHMOD ${folder} PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE
      GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
  endif()
endforeach()
