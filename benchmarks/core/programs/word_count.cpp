// Counts the words of a text that it makes up, in a std::map, a
// std::unordered_map and a sorted std::vector of std::string; all three must
// agree.
//
// Stresses allocation, comparison and hashing of short strings, red-black trees
// and whatever else the standard library does.
//
//   word_count [WORDS]

#include <algorithm>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace {

using Count = std::pair<std::string, std::uint32_t>;

// Syllables, of which frequent words have fewer.
std::string make_text(int words) {
  static const char *const syllables[] = {"ka", "to", "mi", "ren", "sul", "ba",
                                          "do", "vi", "an", "es",  "or",  "lim",
                                          "pe", "u",  "ga", "sha"};
  std::string text;
  std::uint64_t state = 88172645463325252;
  for (int i = 0; i < words; i++) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    std::uint64_t choices = state >> 8;
    for (unsigned count = 1 + state % 5; count > 0; count--, choices >>= 4)
      text += syllables[choices % 16];
    text += i % 12 == 11 ? ".\n" : " ";
  }
  return text;
}

// Calls `use` with each word.
template <typename Use> void for_each_word(std::string_view text, Use use) {
  std::size_t at = 0;
  while ((at = text.find_first_not_of(" .\n", at)) != text.npos) {
    std::size_t end = std::min(text.find_first_of(" .\n", at), text.size());
    use(text.substr(at, end - at));
    at = end;
  }
}

template <typename Map> Map count_in_map(std::string_view text) {
  Map counts;
  for_each_word(text,
                [&](std::string_view word) { ++counts[std::string(word)]; });
  return counts;
}

std::vector<Count> count_by_sorting(std::string_view text) {
  std::vector<std::string> words;
  for_each_word(text, [&](std::string_view word) { words.emplace_back(word); });
  std::sort(words.begin(), words.end());
  std::vector<Count> counts;
  for (std::string &word : words) {
    if (counts.empty() || counts.back().first != word)
      counts.emplace_back(std::move(word), 0);
    counts.back().second++;
  }
  return counts;
}

// The most frequent first, and those of equal frequency by the alphabet.
template <typename Map> std::vector<Count> ranking(const Map &counts) {
  std::vector<Count> ranked(counts.begin(), counts.end());
  std::sort(ranked.begin(), ranked.end(), [](const Count &a, const Count &b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  return ranked;
}

// Empty if the three ways differ.
std::vector<Count> count_words(std::string_view text) {
  auto in_order = count_in_map<std::map<std::string, std::uint32_t>>(text);
  auto hashed =
      count_in_map<std::unordered_map<std::string, std::uint32_t>>(text);
  std::vector<Count> sorted = count_by_sorting(text),
                     ranked = ranking(in_order);
  bool agree = ranked == ranking(hashed) && ranked == ranking(sorted) &&
               std::equal(sorted.begin(), sorted.end(), in_order.begin(),
                          [](const auto &a, const auto &b) {
                            return a.first == b.first && a.second == b.second;
                          });
  return agree ? ranked : std::vector<Count>();
}

std::uint64_t checksum(const std::vector<Count> &counts) {
  std::uint64_t sum = 0;
  for (const auto &[word, count] : counts) {
    for (char letter : word)
      sum = sum * 31 + static_cast<unsigned char>(letter);
    sum = sum * 31 + count;
  }
  return sum;
}

bool is_correct() {
  const std::vector<Count> expected = {{"the", 3}, {"a", 2}, {"cat", 1}};
  return count_words("the a.  the\ncat a the ") == expected;
}

} // namespace

int main(int argc, char **argv) {
  int words = argc > 1 ? std::atoi(argv[1]) : 600000;
  std::vector<Count> counts = count_words(make_text(words));
  if (!is_correct() || counts.empty()) {
    std::fputs("word_count: wrong result\n", stderr);
    return 1;
  }
  std::printf("word_count %d: %" PRIu32 " %s %" PRIu32 " %016" PRIx64 "\n",
              words, static_cast<std::uint32_t>(counts.size()),
              counts.front().first.c_str(), counts.front().second,
              checksum(counts));
  return 0;
}
