// Says how an amount was read and whether a digit may be wrong, and keeps the receipt's page new.
// Without it the server says the same on the receipt. Nothing is ever held back.
function luhn(digits) {
  let total = 0;
  [...digits].reverse().forEach((one, place) => {
    const worth = Number(one) * (place % 2 ? 2 : 1);
    total += worth > 9 ? worth - 9 : worth;
  });
  return total % 10 === 0;
}

function hint(field, words) {
  let shown = field.parentElement.querySelector(".hint");
  if (!shown) {
    shown = document.createElement("span");
    shown.className = "hint";
    shown.setAttribute("role", "status");
    field.parentElement.append(shown);
  }
  shown.textContent = words;
}

const zh = document.documentElement.lang.startsWith("zh");
const WORDS = zh
  ? { check: "可能有一位数字写错了，请与凭证核对。", short: "位数可能不够：银行卡号为16至19位。" }
  : { check: "One digit may be wrong: compare it with the receipt.", short: "Digits may be missing: a bank card has 16 to 19." };

function account(field) {
  const digits = field.value.normalize("NFKC").replace(/[\s\-_·.]/g, "");
  let words = "";
  if (/^\d+$/.test(digits)) {
    if (digits.length >= 16 && digits.length <= 19 && digits[0] !== "0") words = luhn(digits) ? "" : WORDS.check;
    else if (digits.length >= 12 && digits.length < 16) words = WORDS.short;
  }
  hint(field, words);
}

function amount(field) {
  const text = field.value.normalize("NFKC").replace(/[\s,，¥￥元]/g, "");
  const plain = /^(\d+(?:\.\d+)?)(万)?$/.exec(text);
  if (!plain) return hint(field, "");
  const yuan = Number(plain[1]) * (plain[2] ? 10000 : 1);
  const groups = Math.round(yuan * 100) / 100;
  const wan = yuan >= 10000 ? (zh ? `（${groups / 10000}万）` : "") : "";
  hint(field, yuan > 0 ? `= ¥${groups.toLocaleString("en")}${wan}` : "");
}

document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-amount]")) amount(target);
});
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-account]")) account(target);
});

const parts = [...document.querySelectorAll("[data-fresh]")];
if (parts.length) {
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.pathname, { credentials: "same-origin" });
      if (!answer.ok) return;
      const made = new DOMParser().parseFromString(await answer.text(), "text/html");
      made.querySelectorAll("[data-fresh]").forEach((part, at) => {
        if (parts[at].innerHTML !== part.innerHTML) parts[at].replaceChildren(...part.childNodes);
      });
    } catch {
      // The network is away: what is shown stays, and is asked for again.
    }
  }, Number(parts[0].dataset.fresh) * 1000);
}
