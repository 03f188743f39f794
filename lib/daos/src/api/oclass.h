/*
 * oclass.h: what an object class id stands for.
 *
 * The embedded engine keeps one copy of everything on one target, so a class changes nothing here; it is recorded in
 * the object id, as DAOS does, and given back.
 */
#ifndef DFUSE_OCLASS_H
#define DFUSE_OCLASS_H

#include <daos_obj_class.h>

/*
 * The class that an object gets: `cid` itself; one of the old size classes (OC_TINY …) as its modern equivalent; for 0
 * (OC_UNKNOWN) a choice by `hints`, which never promises redundancy. -DER_INVAL if `cid` is no class.
 */
int oclass_choose(daos_oclass_id_t cid, daos_oclass_hints_t hints, daos_oclass_id_t *chosen);

#endif
