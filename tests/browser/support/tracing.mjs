// What the page's main thread did, by its own clock: other programs on the machine don't count.

const parts = {style: 'UpdateLayoutTree', layout: 'Layout', paint: 'Paint'};
const isTask = event => /RunTask$|PerformMicrotaskCheckpoint$/.test(event.name);

/** @returns the tasks that took longest, first the longest: {cpu, clock, style, layout, paint} in milliseconds */
export async function tasksOf(browser, work) {
    const devtools = await browser.newBrowserCDPSession(), events = [];
    devtools.on('Tracing.dataCollected', ({value}) => events.push(...value));
    await devtools.send('Tracing.start', {transferMode: 'ReportEvents',
        traceConfig: {includedCategories: ['devtools.timeline', 'toplevel', 'v8']}});
    await work();
    const complete = new Promise(resolve => devtools.once('Tracing.tracingComplete', resolve));
    await devtools.send('Tracing.end');
    await complete;
    await devtools.detach();
    const thread = event => `${event.pid} ${event.tid}`;
    const mains = new Set(events.filter(one => one.name === 'thread_name' && one.args.name === 'CrRendererMain').map(thread));
    const done = events.filter(one => one.ph === 'X' && one.tdur !== undefined && mains.has(thread(one)));
    const within = (task, one) => one !== task && thread(one) === thread(task) && one.ts >= task.ts && one.ts < task.ts + task.dur;
    const spent = (task, name) => done.filter(one => one.name === name && within(task, one)).reduce((sum, one) => sum + one.tdur, 0);
    const tasks = done.filter(isTask).toSorted((a, b) => b.tdur - a.tdur).slice(0, 10);
    return tasks.filter(task => !tasks.some(outer => within(outer, task))).map(task => ({cpu: task.tdur / 1000, clock: task.dur / 1000,
        ...Object.fromEntries(Object.entries(parts).map(([key, name]) => [key, spent(task, name) / 1000]))}));
}
