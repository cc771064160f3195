# Sourced: finds a JDK of a version on this machine.

# find_jdk VERSION prints the home of a JDK of that feature version; fails when there is none.
find_jdk() {
  local wanted=$1 home
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/* "$(dirname "$(dirname "$(readlink -f "$(command -v javac || echo /none/bin/none)")")")"; do
    if [ -n "$home" ] && [ -x "$home/bin/javac" ] &&
      "$home/bin/javac" -version 2>&1 | grep -qE "^javac $wanted([.+-]|\$)"; then
      (cd "$home" && pwd -P)
      return 0
    fi
  done
  return 1
}
