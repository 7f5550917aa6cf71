// The same steps by mouse, or by keyboard alone.
import assert from 'node:assert/strict';

export const mouse = {
    press: (page, what) => what.click(),
    async write(page, field, text) { await field.fill(text); },
    choose: (page, radio) => radio.check(),
};

const isFocused = what => what.evaluate(element => element === document.activeElement);

/** Presses Tab, or Shift and Tab, until the focus is there. */
async function tabOnto(page, what, key = 'Tab', most = 150) {
    await what.waitFor();
    for (let i = 0; i < most; ++i) {
        if (await isFocused(what)) return;
        await page.keyboard.press(key);
    }
    assert.fail(`${key} never came to ${what}`);
}

export const keys = {
    async press(page, what, key = 'Enter') {
        await tabOnto(page, what);
        await page.keyboard.press(key);
    },
    async write(page, field, text) {
        await tabOnto(page, field);
        await page.keyboard.type(text);
    },
    /** Of radio buttons Tab finds the one that is chosen; arrows go on from there. */
    async choose(page, radio) {
        const group = page.locator(`input[type=radio][name="${await radio.getAttribute('name')}"]`), count = await group.count();
        await tabOnto(page, group.and(page.locator(':checked')));
        for (let i = 0; i < count && !await radio.isChecked(); ++i) await page.keyboard.press('ArrowDown');
        assert.ok(await radio.isChecked());
    },
    back: (page, what) => tabOnto(page, what, 'Shift+Tab'),
};
