// Counts the words of standard input. Each language has this program, and all print the same:
// see ../README.md for what.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

int main() {
  std::ios::sync_with_stdio(false);
  const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
  std::map<std::string, long> counts;
  std::string word;
  std::uint64_t hash = 0xcbf29ce484222325;
  long lines = 0, words = 0;
  std::size_t longest = 0;
  double sum = 0, squares = 0;

  auto finish = [&] {
    if (word.empty()) return;
    const auto length = static_cast<double>(word.size());
    counts[word]++;
    words++;
    sum += length;
    squares += length * length;
    longest = std::max(longest, word.size());
    word.clear();
  };
  for (char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    if (c == '\n') lines++;
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    if (c >= 'a' && c <= 'z')
      word += c;
    else
      finish();
  }
  finish();

  std::vector<std::pair<std::string, long>> sorted(counts.begin(), counts.end());
  std::sort(sorted.begin(), sorted.end(), [](const auto &a, const auto &b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });

  const double total = words ? static_cast<double>(words) : 1, mean = sum / total;
  double entropy = 0;
  for (const auto &[_, count] : sorted) {
    const double share = static_cast<double>(count) / total;
    entropy -= share * std::log2(share);
  }
  std::cout << "bytes " << text.size() << " lines " << lines << " words " << words << " distinct "
            << sorted.size() << '\n'
            << "fnv1a " << std::hex << std::setw(16) << std::setfill('0') << hash << std::dec
            << std::setfill(' ') << '\n'
            << std::fixed << std::setprecision(4) << "length mean " << mean << " deviation "
            << std::sqrt(squares / total - mean * mean) << " longest " << longest << '\n'
            << std::setprecision(6) << "entropy " << entropy << '\n'
            << std::setprecision(3);
  for (const auto &[text, count] : sorted)
    std::cout << std::setw(6) << count << ' ' << std::setw(7)
              << 100 * static_cast<double>(count) / total << "% " << text << '\n';
}
