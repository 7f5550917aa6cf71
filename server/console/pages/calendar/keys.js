// The calendar by keyboard: one occurrence is in the order of Tab, arrows go to the others; Enter opens it, Delete
// removes it, Space ticks a task.

/** @param act  remove(entry), editable(entry) */
export function keyboard(grid, act, signal) {
    let current = null;
    const all = () => [...grid.querySelectorAll('button.ev')].sort((a, b) => a.entry.start - b.entry.start);
    const take = button => {
        if (current) current.tabIndex = -1;
        current = button;
        if (current) current.tabIndex = 0;
    };
    grid.addEventListener('focusin', event => {
        const button = event.target.closest('button.ev');
        if (button) take(button);
    }, {signal});
    grid.addEventListener('keydown', event => {
        const button = event.target.closest('button.ev');
        if (!button || event.altKey || event.ctrlKey || event.metaKey) return;
        if (event.key === 'Delete' || event.key === 'Backspace') {
            event.preventDefault();
            if (act.editable(button.entry)) act.remove(button.entry);
            return;
        }
        if (event.key === ' ' && button.entry.task) {
            event.preventDefault();
            button.parentNode.querySelector('.ev-tick').click();
            return;
        }
        const next = wanted(all(), button, event.key);
        if (!next) return;
        event.preventDefault();
        next.focus();
        next.scrollIntoView({block: 'nearest', inline: 'nearest'});
    }, {signal});
    return {
        /** The first of the day or the next after now is where Tab comes to. */
        begin(minutes) {
            const buttons = all();
            take(buttons.find(button => button.entry.start >= minutes) ?? buttons[0] ?? null);
        },
        /** Back to where one was, after the grid was made anew; to the next one, if that is gone. */
        focus({item, start}) {
            const buttons = all(), same = one => one.entry.item.activity === item.activity;
            const there = buttons.find(one => same(one) && one.entry.item.original === item.original) ?? buttons.find(same) ??
                buttons.find(one => one.entry.start >= start) ?? buttons.at(-1);
            there?.focus({preventScroll: true});
        },
    };
}

function wanted(buttons, here, key) {
    const at = buttons.indexOf(here), {entry} = here;
    const sideways = by => {
        const days = [...new Set(buttons.map(button => button.entry.first))].sort();
        const day = days[days.indexOf(entry.first) + by];
        if (!day) return null;
        const clock = entry.start % 1440;
        return buttons.filter(button => button.entry.first === day)
            .reduce((best, one) => Math.abs(one.entry.start % 1440 - clock) < Math.abs(best.entry.start % 1440 - clock) ? one : best);
    };
    switch (key) {
        case 'ArrowDown': return buttons[at + 1];
        case 'ArrowUp': return buttons[at - 1];
        case 'ArrowRight': return sideways(1);
        case 'ArrowLeft': return sideways(-1);
        case 'Home': return buttons[0];
        case 'End': return buttons.at(-1);
        default: return null;
    }
}
