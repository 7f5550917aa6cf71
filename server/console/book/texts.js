// What visitors read, in their browser's language: English, or German.
export const en = {
    loading: 'One moment …', minutes: '{n} minutes', zone: 'Times are in', choose: 'Choose a time',
    earlier: 'Earlier', later: 'Later', none: 'Nothing is free in these days.', next: 'Next free: {time}',
    back: 'Another time', name: 'Name', email: 'Email address', book: 'Book {time}', please: 'Please choose',
    done: 'It is booked', doneText: 'We have sent you a mail with all of it, for your calendar, too.',
    doneLink: 'Keep the address of the next page: there you can move or cancel it.',
    manage: 'Move or cancel it', yours: 'Your appointment', move: 'Move', cancel: 'Cancel the appointment',
    cancelSure: 'Cancel this appointment for good?', keep: 'Keep it', cancelled: 'This appointment was cancelled.',
    past: 'This appointment is over.', moved: 'It was moved.', moveTo: 'Move to {time}', again: 'Try again',
    gone: 'There is nothing to book at this address.', taken: 'Somebody was quicker: choose another time.',
    offline: 'There is no connection. Try again in a moment.', failed: 'That did not work: {why}',
    busy: 'Too many bookings come from your network. Try again in an hour.', noMail: 'An address is written name@domain.',
    needed: 'This is needed.', already: 'It was booked before; see your mail.', leave: 'Leave this empty',
};
export const de = {
    loading: 'Einen Moment …', minutes: '{n} Minuten', zone: 'Zeiten gelten für', choose: 'Wählen Sie eine Zeit',
    earlier: 'Früher', later: 'Später', none: 'In diesen Tagen ist nichts frei.', next: 'Nächste freie Zeit: {time}',
    back: 'Andere Zeit', name: 'Name', email: 'E-Mail-Adresse', book: '{time} buchen', please: 'Bitte wählen',
    done: 'Ihr Termin ist gebucht', doneText: 'Wir haben Ihnen alles per E-Mail geschickt, auch für Ihren Kalender.',
    doneLink: 'Bewahren Sie die Adresse der nächsten Seite auf: Dort können Sie ihn verschieben oder absagen.',
    manage: 'Verschieben oder absagen', yours: 'Ihr Termin', move: 'Verschieben', cancel: 'Termin absagen',
    cancelSure: 'Diesen Termin endgültig absagen?', keep: 'Behalten', cancelled: 'Dieser Termin wurde abgesagt.',
    past: 'Dieser Termin ist vorbei.', moved: 'Der Termin wurde verschoben.', moveTo: 'Auf {time} verschieben',
    again: 'Noch einmal', gone: 'Unter dieser Adresse gibt es nichts zu buchen.',
    taken: 'Jemand war schneller: Wählen Sie eine andere Zeit.',
    offline: 'Keine Verbindung. Versuchen Sie es gleich noch einmal.', failed: 'Das hat nicht geklappt: {why}',
    busy: 'Aus Ihrem Netz kommen zu viele Buchungen. Versuchen Sie es in einer Stunde wieder.',
    noMail: 'Eine Adresse sieht so aus: name@domain.', needed: 'Das wird gebraucht.',
    already: 'Er war schon gebucht; sehen Sie in Ihre E-Mails.', leave: 'Lassen Sie das leer',
};

const wanted = globalThis.navigator?.languages ?? [];
export const language = wanted.map(tag => tag.slice(0, 2).toLowerCase()).find(tag => tag === 'de' || tag === 'en') ?? 'en';
export const locale = wanted.find(tag => tag.toLowerCase().startsWith(language)) ?? language;
const texts = language === 'de' ? de : en;

export const t = (key, params = {}) => texts[key].replace(/\{(\w+)\}/g, (whole, name) => params[name] ?? whole);
