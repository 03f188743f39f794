#include "exec.h"

#include "calls.h"
#include "enter.h"

static void ask(struct il_room *room)
{
	room->answer = il_ask_inside(&room->call);
}

void il_gate_exec(struct il_regs *regs, const struct il_desc *desc, unsigned concerned)
{
	if (concerned != 0)
		il_enter(regs, desc, concerned, ask);
}

void il_inherit_init(void)
{
}

const char *il_inherited(void)
{
	return NULL;
}
