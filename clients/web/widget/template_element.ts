// The part of a Lit element that the widget needs: a shadow tree rendered from a template, once per turn of the event loop however
// often a change is told. Reactive properties, and a third of Lit's weight, stay out.

import {render, type TemplateResult} from 'lit/html.js';

export abstract class TemplateElement extends HTMLElement {
  readonly renderRoot: ShadowRoot;
  updateComplete: Promise<void> = Promise.resolve();
  private pending = false;

  // Sheets are adopted, not written into the page: a CSP without inline styles allows it.
  constructor(...styles: string[]) {
    super();
    this.renderRoot = this.attachShadow({mode: 'open'});
    this.renderRoot.adoptedStyleSheets = styles.map((text) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      return sheet;
    });
  }

  requestUpdate(): void {
    if (this.pending) return;
    this.pending = true;
    this.updateComplete = Promise.resolve().then(() => {
      this.pending = false;
      render(this.template(), this.renderRoot);
      this.updated();
    });
  }

  protected abstract template(): TemplateResult;
  // Called when the tree is as the template says.
  protected abstract updated(): void;
}
