// The texts of the scripts in the language of the page: English has none. The server answers with those of another one
// (server/routes.py).
export default { texts: {}, forms: {}, formOf: (n) => Number(n !== 1), decimalSign: ".", groupSign: "," };
