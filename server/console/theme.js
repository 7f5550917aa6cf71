// Before the first paint, so that nobody who likes it dark is dazzled. Chosen in the user's menu, else the system's.
(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const apply = () => {
        const chosen = localStorage.getItem('theme');
        const theme = chosen === 'light' || chosen === 'dark' ? chosen : dark.matches ? 'dark' : 'light';
        document.documentElement.dataset.bsTheme = theme;
    };
    apply();
    dark.addEventListener('change', apply);
    addEventListener('theme', apply);
})();
