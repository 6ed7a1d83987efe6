// The part of libsrtp 3's interface that mediasoup-worker calls, carried out by libsrtp 2.
// Written from the two versions' public headers (https://github.com/cisco/libsrtp).
//
// What differs: in version 3 a policy is an opaque object filled in by setters, lengths are size_t,
// and a packet is read from one buffer and written to another. Version 2 works in place.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>

#include <srtp2/srtp.h>

// Version 3's own error codes follow the last one of version 2.
inline constexpr srtp_err_status_t srtp_err_status_buffer_small{ static_cast<srtp_err_status_t>(
  srtp_err_status_pkt_idx_adv + 1) };
inline constexpr srtp_err_status_t srtp_err_status_cryptex_err{ static_cast<srtp_err_status_t>(
  srtp_err_status_pkt_idx_adv + 2) };

namespace srtp_on_v2
{
	struct Policy
	{
		::srtp_policy_t v2{};
		// Master key, then master salt: version 2 wants them side by side.
		std::array<std::uint8_t, SRTP_MAX_KEY_LEN> secret{};

		Policy() = default;
		Policy(const Policy&) = delete;
		Policy& operator=(const Policy&) = delete;

		~Policy()
		{
			// A plain memset of a dying object may be optimized away.
			::explicit_bzero(this->secret.data(), this->secret.size());
		}
	};

	struct Packet
	{
		const std::uint8_t* in;
		std::size_t inLen;
		std::uint8_t* out;
		// In: the room at `out`. Out: what was written.
		std::size_t* outLen;
	};

	// `growth` is the most that version 2 may write beyond the input's length.
	template<typename InPlace>
	srtp_err_status_t Transform(const Packet& packet, std::size_t growth, InPlace inPlace)
	{
		if (packet.inLen > *packet.outLen || *packet.outLen - packet.inLen < growth)
		{
			return srtp_err_status_buffer_small;
		}

		if (packet.out != packet.in)
		{
			std::memmove(packet.out, packet.in, packet.inLen);
		}

		int len                    = static_cast<int>(packet.inLen);
		const srtp_err_status_t rv = inPlace(packet.out, &len);

		if (rv == srtp_err_status_ok)
		{
			*packet.outLen = static_cast<std::size_t>(len);
		}

		return rv;
	}
} // namespace srtp_on_v2

inline srtp_err_status_t srtp_policy_create(srtp_on_v2::Policy** policy)
{
	*policy = new (std::nothrow) srtp_on_v2::Policy();

	return *policy != nullptr ? srtp_err_status_ok : srtp_err_status_alloc_fail;
}

inline void srtp_policy_destroy(srtp_on_v2::Policy* policy)
{
	delete policy;
}

inline srtp_err_status_t srtp_policy_set_ssrc(srtp_on_v2::Policy* policy, const srtp_ssrc_t& ssrc)
{
	policy->v2.ssrc = ssrc;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_profile(srtp_on_v2::Policy* policy, srtp_profile_t profile)
{
	const auto rtp = srtp_crypto_policy_set_from_profile_for_rtp(&policy->v2.rtp, profile);

	if (rtp != srtp_err_status_ok)
	{
		return rtp;
	}

	return srtp_crypto_policy_set_from_profile_for_rtcp(&policy->v2.rtcp, profile);
}

inline srtp_err_status_t srtp_policy_add_key(
  srtp_on_v2::Policy* policy,
  const std::uint8_t* key,
  std::size_t keyLen,
  const std::uint8_t* salt,
  std::size_t saltLen,
  const std::uint8_t* mki,
  std::size_t mkiLen)
{
	// WebRTC uses no master key identifiers (RFC 5764 section 4.1.1: srtp_mki is empty).
	if (mki != nullptr || mkiLen != 0 || keyLen + saltLen > policy->secret.size())
	{
		return srtp_err_status_bad_param;
	}

	std::memcpy(policy->secret.data(), key, keyLen);
	std::memcpy(policy->secret.data() + keyLen, salt, saltLen);
	policy->v2.key = policy->secret.data();

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_allow_repeat_tx(srtp_on_v2::Policy* policy, bool allow)
{
	policy->v2.allow_repeat_tx = allow ? 1 : 0;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_window_size(srtp_on_v2::Policy* policy, std::size_t size)
{
	policy->v2.window_size = size;

	return srtp_err_status_ok;
}

// Version 2 derives its session keys here and keeps no pointer to the policy.
inline srtp_err_status_t srtp_create(srtp_t* session, srtp_on_v2::Policy* policy)
{
	return ::srtp_create(session, std::addressof(policy->v2));
}

inline srtp_err_status_t srtp_stream_remove(srtp_t session, std::uint32_t ssrc)
{
	return ::srtp_remove_stream(session, ssrc);
}

inline srtp_err_status_t srtp_protect(
  srtp_t session, const std::uint8_t* in, std::size_t inLen, std::uint8_t* out, std::size_t* outLen, std::size_t /*mki*/)
{
	return srtp_on_v2::Transform(
	  { in, inLen, out, outLen },
	  SRTP_MAX_TRAILER_LEN,
	  [session](void* data, int* len) { return ::srtp_protect(session, data, len); });
}

inline srtp_err_status_t srtp_unprotect(
  srtp_t session, const std::uint8_t* in, std::size_t inLen, std::uint8_t* out, std::size_t* outLen)
{
	return srtp_on_v2::Transform(
	  { in, inLen, out, outLen },
	  0,
	  [session](void* data, int* len) { return ::srtp_unprotect(session, data, len); });
}

inline srtp_err_status_t srtp_protect_rtcp(
  srtp_t session, const std::uint8_t* in, std::size_t inLen, std::uint8_t* out, std::size_t* outLen, std::size_t /*mki*/)
{
	// An SRTCP packet also carries a 4-byte index (RFC 3711 section 3.4).
	return srtp_on_v2::Transform(
	  { in, inLen, out, outLen },
	  SRTP_MAX_TRAILER_LEN + 4,
	  [session](void* data, int* len) { return ::srtp_protect_rtcp(session, data, len); });
}

inline srtp_err_status_t srtp_unprotect_rtcp(
  srtp_t session, const std::uint8_t* in, std::size_t inLen, std::uint8_t* out, std::size_t* outLen)
{
	return srtp_on_v2::Transform(
	  { in, inLen, out, outLen },
	  0,
	  [session](void* data, int* len) { return ::srtp_unprotect_rtcp(session, data, len); });
}

// From here on the type's name means version 3's handle. Nothing above may use it.
#define srtp_policy_t srtp_on_v2::Policy*
