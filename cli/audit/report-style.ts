/** Styles of the report: readable from a telephone to a wide screen, in the light and in the dark, and on paper. */
export const STYLE = `
:root{color-scheme:light dark;--page:#f6f7f9;--panel:#fff;--ink:#1b2430;--soft:#5a6675;--line:#dfe4ea;--good:#2563a8;--bad:#b4451f;--whole:#e4f3ea;--whole-ink:#14532d;--broken:#fdeae4;--broken-ink:#7c2411;--c0:#2563a8;--c1:#d97706;--c2:#16866b;--c3:#8b5cf6;--c4:#be3a6e;--c5:#6b7280}
@media (prefers-color-scheme:dark){:root{--page:#12161c;--panel:#1b212a;--ink:#e6eaf0;--soft:#9aa6b4;--line:#303946;--good:#6aa5e8;--bad:#e88a66;--whole:#16321f;--whole-ink:#b6e5c6;--broken:#43200f;--broken-ink:#f6c3ae;--c0:#6aa5e8;--c1:#f0a64a;--c2:#4fc3a1;--c3:#b39bf7;--c4:#e984ab;--c5:#9aa3af}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1200px;padding:24px 20px 40px;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
header h1{font-size:26px;margin:0 0 4px}header p,.subtitle,footer{color:var(--soft)}header p{margin:0 0 20px}
code{font:0.92em ui-monospace,SFMono-Regular,Menlo,monospace;overflow-wrap:anywhere}
.verdict{border-radius:10px;padding:14px 18px;margin:0 0 20px}.verdict ul{margin:10px 0 0;padding-left:20px}
.whole{background:var(--whole);color:var(--whole-ink)}.broken{background:var(--broken);color:var(--broken-ink)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin-bottom:20px}
.tile,.panel{background:var(--panel);border:1px solid var(--line);border-radius:10px;padding:16px 18px}
.tile .value{display:block;font-size:26px;font-weight:650;font-variant-numeric:tabular-nums}.tile .label{color:var(--soft);font-size:13px}
main{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,330px),1fr));gap:16px}
.wide{grid-column:1/-1}.panel{min-width:0}h2{font-size:17px;margin:0}.subtitle{margin:2px 0 14px;font-size:13px}
.chart{position:relative;height:200px;border-bottom:1px solid var(--line);border-top:1px dashed var(--line)}.scale{position:absolute;top:-10px;right:0;background:var(--panel);padding-left:6px;font-size:12px;color:var(--soft)}
.columns{display:flex;align-items:flex-end;gap:2px;height:100%}.column{flex:1;max-width:64px;min-width:1px;height:100%;display:flex;flex-direction:column-reverse;justify-content:flex-start}
.part{display:block;width:100%}.part:last-child{border-radius:3px 3px 0 0}
.c0{background:var(--c0)}.c1{background:var(--c1)}.c2{background:var(--c2)}.c3{background:var(--c3)}.c4{background:var(--c4)}.c5{background:var(--c5)}
.axis{display:flex;justify-content:space-between;font-size:12px;color:var(--soft);margin-top:4px}
.legend{list-style:none;margin:12px 0 0;padding:0;display:flex;flex-wrap:wrap;gap:6px 18px;font-size:13px}.swatch{display:inline-block;width:11px;height:11px;border-radius:3px;margin-right:6px}
.number{font-variant-numeric:tabular-nums;color:var(--soft)}
.bars{list-style:none;margin:0;padding:0}.bars li{display:grid;grid-template-columns:1fr auto;gap:0 12px;margin-bottom:10px;font-size:14px}.name{overflow-wrap:anywhere}
.track{grid-column:1/-1;height:7px;border-radius:4px;background:var(--line);overflow:hidden}.bar{display:block;height:100%;border-radius:4px}.good{background:var(--good)}.bad{background:var(--bad)}
table{border-collapse:collapse;width:100%;font-size:14px}th{text-align:left;font-weight:500}td,thead th:not(:first-child){text-align:right;font-variant-numeric:tabular-nums}th,td{padding:5px 0;border-bottom:1px solid var(--line)}thead th{color:var(--soft);font-size:12px}
.none{color:var(--soft);margin:0}footer{font-size:13px;margin-top:20px}
@media print{body{background:#fff}.panel,.tile{break-inside:avoid}}
`;
