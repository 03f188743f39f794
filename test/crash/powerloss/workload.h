/*
 * workload.h: what the workload does to a container, as it says so in marks.
 *
 *	ready				the container NAME in the pool is there, on stable storage
 *	begin N create|mkdir PATH	names; each is one change of the container
 *	begin N symlink PATH TARGET
 *	begin N rename FROM TO
 *	begin N remove PATH
 *	done N HI LO			with the object's id, 0 0 where there is none
 *	write HI LO VERSION AT LEN	before it is done
 *	size HI LO VERSION SIZE		the same
 *	fsync HI LO			before; and `synced HI LO` afterwards, which is for all names too
 *	sync				before; and `stable` afterwards
 *
 * A file consists of cells of CELL bytes: CELL_FORMAT of its object id, the number of the cell and the version that
 *wrote it.
 */
#ifndef POWERLOSS_WORKLOAD_H
#define POWERLOSS_WORKLOAD_H

#define WORKLOAD_POOL "tank"
#define WORKLOAD_CONT "home"

#define CELL	      64
#define CELL_FORMAT                                                                                      \
	"%016llx%016llx %10u %10u         \n" /* hi, lo, cell, version; CELL bytes with the NUL left out \
					       */

#endif
