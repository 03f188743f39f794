/*
 * fuzz.h: a target is a program that is given bytes again and again and must not fall over.
 *
 * driver.c gives it the corpus and random changes of that. The functions are those that libFuzzer wants.
 */
#ifndef DFUSE_FUZZ_H
#define DFUSE_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Good inputs that cannot be files, as they are of this process: the n-th, its size or 0 when there are no more. */
size_t fuzz_seed(unsigned n, uint8_t *data, size_t room);

#endif
