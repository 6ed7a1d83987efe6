// The names of martinus/unordered_dense that mediasoup-worker uses, on the standard library's
// containers. Code written for a container that moves its elements about also works on one that
// does not; only the speed differs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>

namespace ankerl::unordered_dense
{
	// std::hash of an integer is usually the integer itself, and the worker folds such hashes of
	// addresses and ports together: spread the bits first. The finalizer is MurmurHash3's fmix64
	// (Austin Appleby, public domain).
	template<typename T>
	struct hash
	{
		std::size_t operator()(const T& value) const noexcept(noexcept(std::hash<T>{}(value)))
		{
			std::uint64_t bits = std::hash<T>{}(value);

			if constexpr (std::is_scalar_v<T>)
			{
				bits = (bits ^ (bits >> 33)) * 0xff51afd7ed558ccdULL;
				bits = (bits ^ (bits >> 33)) * 0xc4ceb9fe1a85ec53ULL;
				bits ^= bits >> 33;
			}

			return static_cast<std::size_t>(bits);
		}
	};

	template<typename Key, typename Value, typename Hash = hash<Key>, typename Equal = std::equal_to<Key>>
	using map = std::unordered_map<Key, Value, Hash, Equal>;

	template<typename Key, typename Hash = hash<Key>, typename Equal = std::equal_to<Key>>
	using set = std::unordered_set<Key, Hash, Equal>;
} // namespace ankerl::unordered_dense
