#include <sys/stat.h>

#include <iostream>
#include <string>
#include <vector>

#include "server/commands/command.h"

int main(int count, char **words) {
  ::umask(0077); // databases, backups and exports are nobody else's to read
  return crmdav::runCommand(std::vector<std::string>(words + 1, words + count),
                            std::cin, std::cout, std::cerr);
}
