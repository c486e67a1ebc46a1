// Language and theme: the browser's own until somebody chooses, then remembered.
(() => {
  "use strict";
  const root = document.documentElement;

  const remembered = (key) => {
    try { return localStorage.getItem(key); } catch { return null; }
  };
  const remember = (key, value) => {
    try { localStorage.setItem(key, value); } catch { /* private browsing: it holds for this page only */ }
  };

  const translateAttributes = () => {
    const language = root.dataset.uiLanguage;
    for (const field of document.querySelectorAll("[data-placeholder-zh]")) {
      field.placeholder = language === "en" ? field.dataset.placeholderEn : field.dataset.placeholderZh;
    }
  };

  const setLanguage = (language) => {
    root.dataset.uiLanguage = language;
    root.lang = language === "en" ? "en" : "zh-CN";
    translateAttributes();
  };

  const setTheme = (theme) => {
    root.dataset.theme = theme;
    document.body?.classList.toggle("dark", theme === "dark"); // what Gradio's own styles look at
    for (const button of document.querySelectorAll('[data-switch="theme"]')) {
      button.setAttribute("aria-pressed", String(theme === "dark"));
    }
  };

  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const systemTheme = () => (system.matches ? "dark" : "light");
  const browserLanguage = () => (/^zh\b/i.test(navigator.language) ? "zh" : "en");

  // The session itself is out of a script's reach; this cookie only says that there is one.
  const showSignOut = () => {
    const signedIn = /(?:^|; )parkbot_signed_in=1(?:;|$)/.test(document.cookie);
    for (const form of document.querySelectorAll("[data-signout]")) form.hidden = !signedIn;
  };

  const apply = () => {
    showSignOut();
    setLanguage(remembered("parkbot.language") || browserLanguage());
    setTheme(remembered("parkbot.theme") || systemTheme());
  };

  system.addEventListener("change", () => {
    if (!remembered("parkbot.theme")) setTheme(systemTheme());
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-switch]");
    if (!button) return;
    if (button.dataset.switch === "language") {
      const language = root.dataset.uiLanguage === "en" ? "zh" : "en";
      remember("parkbot.language", language);
      setLanguage(language);
    } else {
      const theme = root.dataset.theme === "dark" ? "light" : "dark";
      remember("parkbot.theme", theme);
      setTheme(theme);
    }
  });

  apply();
  document.addEventListener("DOMContentLoaded", apply);
  document.addEventListener("parkbot:rendered", apply);
})();
