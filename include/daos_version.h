/*
 * daos_version.h: the version of the DAOS client API that these headers declare.
 *
 * A program that compares versions wants DAOS_API_VERSION_MAJOR and _MINOR: the API grows with the minor number and
 * stays compatible within a major one.
 */
#ifndef DFUSE_DAOS_VERSION_H
#define DFUSE_DAOS_VERSION_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DAOS_API_VERSION_MAJOR 2
#define DAOS_API_VERSION_MINOR 8
#define DAOS_API_VERSION_FIX   0

#define DAOS_VERSION_MAJOR     2
#define DAOS_VERSION_MINOR     8
#define DAOS_VERSION_FIX       0
#define DAOS_VERSION_PROTOCAL  1

/* A version in 32 bits; as a number, a later version is greater. */
typedef union {
	uint32_t raw;
	struct {
		uint8_t protocol;
		uint8_t patch;
		uint8_t minor;
		uint8_t major;
	};
} daos_version_t;

/* Fill in the version of these headers. */
static inline void daos_version_pack(daos_version_t *ver)
{
	ver->major = DAOS_VERSION_MAJOR;
	ver->minor = DAOS_VERSION_MINOR;
	ver->patch = DAOS_VERSION_FIX;
	ver->protocol = DAOS_VERSION_PROTOCAL;
}

/* The version of the protocol between client and server. */
static inline uint8_t daos_version_get_protocol(const daos_version_t *ver)
{
	return ver->protocol;
}

#ifdef __cplusplus
}
#endif

#endif
