/** Styles are loaded by the bundler; a module's classes are looked up by name. */
declare module '*.module.css' {
  const classes: Readonly<Record<string, string>>;
  export { classes as default };
}
declare module '*.css';
