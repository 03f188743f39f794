/*
 * value.h: what people write on the command line, as numbers, and numbers as people read them.
 *
 * The parsers return 0, or -1 with the reason in `why`.
 */
#ifndef DAOS_TOOL_VALUE_H
#define DAOS_TOOL_VALUE_H

#include <stddef.h>
#include <stdint.h>

/* A number of bytes: digits, optional fraction, optional unit. K, M, G, T, P (and KB, …) are powers of 1000, KiB, MiB,
 * … powers of 1024. */
int size_parse(const char *text, uint64_t *size, char *why, size_t whysize);

int u64_parse(const char *text, uint64_t *value, char *why, size_t whysize);

/* "relaxed" or "balanced", as DFS_RELAXED and DFS_BALANCED. */
int cons_mode_parse(const char *text, uint32_t *mode, char *why, size_t whysize);

/* A container's type, as one of DAOS_PROP_CO_LAYOUT_*. */
int layout_parse(const char *text, uint16_t *layout, char *why, size_t whysize);
const char *layout_name(uint16_t layout);

int oclass_parse(const char *text, uint32_t *oclass, char *why, size_t whysize);

/* Permission bits in octal. */
int mode_parse(const char *text, uint32_t *mode, char *why, size_t whysize);

/* An object id as DAOS prints it: "hi.lo", decimal. */
int oid_parse(const char *text, uint64_t *lo, uint64_t *hi, char *why, size_t whysize);

#define SIZE_TEXT_LEN 32

/* "2.0 GB" (powers of 1000) and "1.0 MiB" (powers of 1024) into `buf` of SIZE_TEXT_LEN bytes, which is returned. */
const char *size_text(uint64_t size, char *buf);
const char *size_text_binary(uint64_t size, char *buf);

#define TIME_TEXT_LEN 64

/* A hybrid logical time: "2026-11-22 16:40:35.5 +0000 UTC" into `buf` of TIME_TEXT_LEN bytes, which is returned. */
const char *hlc_text(uint64_t hlc, char *buf);

#endif
