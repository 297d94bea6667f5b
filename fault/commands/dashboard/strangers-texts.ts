/**
 * What a stranger may write who wants a page of the operator's to do something. What runs calls `ringbackRan`, which the walk through the
 * pages gives to every page; every element that comes of a text has `data-stranger`.
 */
const IMAGE = (n: number) => `<img data-stranger src=x onerror=ringbackRan(${n})>`

/** One for each way that is known to us, none longer than what a name may have. */
export const STRANGERS_TEXTS: readonly string[] = [
  '<script data-stranger>ringbackRan(1)</script>',
  IMAGE(2),
  `">${IMAGE(3)}`,
  `'>${IMAGE(4)}`,
  '" data-stranger autofocus onfocus=ringbackRan(5) x="',
  "' data-stranger onmouseover=ringbackRan(6) x='",
  '<svg data-stranger onload=ringbackRan(7)>',
  `</title>${IMAGE(8)}`,
  `</code></pre>${IMAGE(9)}`,
  `</textarea></select>${IMAGE(10)}`,
  `<!-->${IMAGE(11)}-->`,
  '<iframe data-stranger srcdoc="<script>parent.ringbackRan(12)</script>">',
  '<a data-stranger href="javascript:ringbackRan(13)">look</a>',
  'javascript:ringbackRan(14)',
  `<math data-stranger><mtext>${IMAGE(15)}`,
  '<style data-stranger>main{display:none}</style>',
  '<base data-stranger href="https://elsewhere.invalid/">',
  '<meta data-stranger http-equiv=refresh content="0;url=//elsewhere.invalid">',
  '<i data-stranger hx-get=/dashboard/jobs hx-trigger=load hx-on:load=ringbackRan(19)>',
  '<form data-stranger action=//elsewhere.invalid><button>Log in</button>',
  '<details data-stranger open ontoggle=ringbackRan(21)>',
  '&lt;img data-stranger src=x onerror=ringbackRan(22)&gt;',
  '&#60;script data-stranger&#62;ringbackRan(23)&#60;/script&#62;',
  '\u001b[2J\u001b[1;31mred\u001b]0;title\u0007',
  '\u001b]8;;https://elsewhere.invalid\u0007link\u001b]8;;\u0007',
  'invoice\u202egnp.exe',
  '\u202e\u2067never closed',
  '\u2069\u202c\u200f closed \u05d0\u05d1\u05d2 twice',
  "'; touch stranger; '",
  '$(touch stranger) `touch stranger` "&touch stranger;"',
  `\r\nset-cookie: stranger=1\r\n\r\n${IMAGE(31)}`,
  '{{constructor.constructor("ringbackRan(32)")()}} $' + '{ringbackRan(32)}',
]
