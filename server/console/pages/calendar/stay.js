// While the grid is made anew, what one looks at stays where it is: scrolled as it was, with the focus where it was.

const scrolling = ['.cal-scroll', '.cal-above'];

/** @returns a function that does it, once there is another grid. @param keys  of that grid, as keys.js makes them */
export function staying(place) {
    const scrolled = scrolling.map(name => place.querySelector(name)).map(one => one && [one.scrollLeft, one.scrollTop]);
    const held = place.contains(document.activeElement) ? document.activeElement : null;
    return keys => {
        scrolling.forEach((name, index) => {
            const now = scrolled[index] && place.querySelector(name);
            if (now) [now.scrollLeft, now.scrollTop] = scrolled[index];
        });
        if (held && !document.querySelector('dialog[open]')) focus(place, held, keys);
    };
}

function focus(place, held, keys) {
    const entry = (held.matches('.ev-tick') ? held.nextElementSibling : held).entry;
    if (!entry) return [...place.querySelectorAll('button, .cal-scroll')].find(one => same(one, held))?.focus({preventScroll: true});
    keys.focus(entry);
    if (held.matches('.ev-tick')) document.activeElement.parentNode.querySelector('.ev-tick')?.focus({preventScroll: true});
}

const same = (one, other) => one.className === other.className && one.ariaLabel === other.ariaLabel &&
    (one.matches('.cal-scroll') || one.textContent === other.textContent);
