// What becomes of the guests of one's events, and of the events as appointments (rules E1–E3), in the order in which one
// choice needs the other.
import {checkbox, select} from '../../lib/form.js';
import {t} from '../../lib/i18n.js';

const say = name => t(`integrations.set.${name}`);
const tick = (name, settings) => checkbox(name, {label: say(name), help: say(`${name}.help`), checked: settings[name]});

/** @param calendars  appointment calendars that the account's owner hosts */
export function appointmentFields(settings, calendars) {
    const chosen = select('defaultCalendar', [['', say('defaultCalendar.none')], ...calendars.map(one => [one.id, one.name])],
        {label: say('defaultCalendar'), help: say('defaultCalendar.help'), value: settings.defaultCalendar});
    const control = chosen.querySelector('select'), trigger = tick('allowTrigger', settings);
    if (control.selectedIndex < 0) control.value = '';  // there is no such calendar any more
    const offer = () => { trigger.hidden = !control.value; };
    control.addEventListener('change', offer);
    offer();
    return [tick('makeContacts', settings), chosen, trigger];
}

/** Triggers are a calendar's. */
export const appointmentWish = ({makeContacts, defaultCalendar, allowTrigger}) =>
    ({makeContacts, defaultCalendar, allowTrigger: allowTrigger && defaultCalendar !== ''});
