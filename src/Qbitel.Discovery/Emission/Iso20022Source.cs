namespace Qbitel.Discovery.Emission;

/// <summary>What every generated adapter to ISO 20022 has, as source.</summary>
internal static class Iso20022Source
{
    public const string Text = """
        private const string Message = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09", Own = "urn:qbitel:adapter:1";

        /// <param name="message">A payment of the protocol.</param>
        /// <param name="messageId">GrpHdr/MsgId, at most 35 characters; the protocol has none.</param>
        /// <param name="created">GrpHdr/CreDtTm, and the day of execution where the message names none.</param>
        /// <exception cref="System.ArgumentException">The bytes are no such payment, or a value has no place in ISO 20022.</exception>
        public static string Transform(byte[] message, string messageId, System.DateTimeOffset created)
        {
            var json = System.Text.Json.Nodes.JsonNode.Parse(Adapter.Transform(message))!.AsObject();
            string type = (string)json["type"]!;
            if (!System.Linq.Enumerable.Any(Map, m => m.Type == type))
                throw new System.ArgumentException("A message of type " + type + " is no payment.", nameof(message));

            string? Value(string role) => Of(json, type, role);
            System.Xml.Linq.XNamespace ns = Message, own = Own;
            System.Xml.Linq.XElement E(string name, params object?[] content) => new(ns + name, content);
            System.Xml.Linq.XElement? Opt(string name, string? value) => value is null ? null : E(name, value);
            System.Xml.Linq.XElement? Account(string name, string? value) => value is null ? null
                : E(name, E("Id", IsIban(value) ? E("IBAN", value) : E("Othr", E("Id", Short(value, 34)))));
            System.Xml.Linq.XElement Agent(string name, string? value) => E(name, E("FinInstnId",
                value is null ? E("Othr", E("Id", "NOTPROVIDED")) : IsBic(value) ? E("BICFI", value) : E("Othr", E("Id", Short(value, 35)))));

            string currency = Value("currency")!;
            if (!Matches(currency, "^[A-Z]{3}$")) throw new System.ArgumentException("The currency is not three letters.", nameof(message));
            string? date = Value("execution_date");
            if (date is not null) date = Matches(date, "^[0-9]{8}$") ? date[..4] + "-" + date[4..6] + "-" + date[6..]
                : Matches(date, "^[0-9]{4}-[0-9]{2}-[0-9]{2}$") ? date : throw new System.ArgumentException("The day of execution is none.", nameof(message));
            var document = new System.Xml.Linq.XDocument(E("Document", E("CstmrCdtTrfInitn",
                E("GrpHdr", E("MsgId", Short(messageId, 35)), E("CreDtTm", created.ToString("yyyy-MM-ddTHH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture)),
                    E("NbOfTxs", "1"), E("InitgPty", Opt("Nm", Value("debtor_name")))),
                E("PmtInf", E("PmtInfId", Short(messageId, 35)), E("PmtMtd", "TRF"),
                    E("ReqdExctnDt", E("Dt", date ?? created.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture))),
                    E("Dbtr", Opt("Nm", Value("debtor_name"))), Account("DbtrAcct", Value("debtor_account")) ?? E("DbtrAcct", E("Id", E("Othr", E("Id", "NOTPROVIDED")))),
                    Agent("DbtrAgt", Value("debtor_agent")),
                    E("CdtTrfTxInf", E("PmtId", E("EndToEndId", Short(Value("end_to_end_id")!, 35))),
                        E("Amt", E("InstdAmt", new System.Xml.Linq.XAttribute("Ccy", currency), Money(Value("amount")!, currency))),
                        Value("creditor_agent") is { } agent ? Agent("CdtrAgt", agent) : null,
                        Value("creditor_name") is { } name ? E("Cdtr", E("Nm", name)) : null,
                        Account("CdtrAcct", Value("creditor_account")),
                        Value("remittance") is { } remittance ? E("RmtInf", E("Ustrd", Short(remittance, 140))) : null,
                        E("SplmtryData", E("Envlp", new System.Xml.Linq.XElement(own + "Message", json.ToJsonString()))))))));
            return document.ToString(System.Xml.Linq.SaveOptions.DisableFormatting);
        }

        /// <summary>The message again, with what the payment says now.</summary>
        /// <exception cref="System.ArgumentException">The text is no payment that Transform wrote.</exception>
        public static byte[] ReverseTransform(string xml)
        {
            try
            {
                using var text = new System.IO.StringReader(xml);
                using var reader = System.Xml.XmlReader.Create(text, new System.Xml.XmlReaderSettings { DtdProcessing = System.Xml.DtdProcessing.Prohibit, XmlResolver = null });
                System.Xml.Linq.XNamespace ns = Message, own = Own;
                System.Xml.Linq.XElement payment = System.Xml.Linq.XDocument.Load(reader).Root!.Element(ns + "CstmrCdtTrfInitn")!.Element(ns + "PmtInf")!;
                System.Xml.Linq.XElement transfer = payment.Element(ns + "CdtTrfTxInf")!;
                var json = System.Text.Json.Nodes.JsonNode.Parse(transfer.Element(ns + "SplmtryData")!.Element(ns + "Envlp")!.Element(own + "Message")!.Value)!.AsObject();
                string type = (string)json["type"]!;
                string currency = transfer.Element(ns + "Amt")!.Element(ns + "InstdAmt")!.Attribute("Ccy")!.Value;
                foreach (var (_, role, encoding, size) in System.Linq.Enumerable.Where(Map, m => m.Type == type))
                {
                    string? now = role switch
                    {
                        "amount" => transfer.Element(ns + "Amt")!.Element(ns + "InstdAmt")!.Value,
                        "currency" => currency,
                        "end_to_end_id" => transfer.Element(ns + "PmtId")!.Element(ns + "EndToEndId")!.Value,
                        "execution_date" => payment.Element(ns + "ReqdExctnDt")!.Element(ns + "Dt")!.Value,
                        "debtor_name" => payment.Element(ns + "Dbtr")?.Element(ns + "Nm")?.Value,
                        "creditor_name" => transfer.Element(ns + "Cdtr")?.Element(ns + "Nm")?.Value,
                        "debtor_account" => payment.Element(ns + "DbtrAcct")?.Value,
                        "creditor_account" => transfer.Element(ns + "CdtrAcct")?.Value,
                        "debtor_agent" => payment.Element(ns + "DbtrAgt")?.Value,
                        "creditor_agent" => transfer.Element(ns + "CdtrAgt")?.Value,
                        _ => transfer.Element(ns + "RmtInf")?.Element(ns + "Ustrd")?.Value,
                    };
                    string before = Of(json, type, role) ?? "";
                    string was = role == "amount" ? Money(before, currency) : role == "execution_date" ? before.Replace("-", "") : before;
                    if (now is null || (role == "execution_date" ? now.Replace("-", "") : now) == was) continue;
                    Put(json, role, role == "amount" ? Minor(now, before, currency) : role == "execution_date" && !before.Contains('-') ? now.Replace("-", "") : now, encoding, size);
                }

                return Adapter.ReverseTransform(json.ToJsonString());
            }
            catch (System.Exception fault) when (fault is System.Xml.XmlException or System.NullReferenceException or System.InvalidOperationException or System.Text.Json.JsonException or System.FormatException or System.OverflowException)
            {
                throw new System.ArgumentException("Not a payment that this adapter wrote.", nameof(xml), fault);
            }
        }

        private static string? Of(System.Text.Json.Nodes.JsonObject json, string type, string role)
        {
            if (!System.Linq.Enumerable.Any(Map, m => m.Type == type && m.Role == role)) return null;
            string text = json["fields"]![role]!.ToString();
            if (text.StartsWith("0x", System.StringComparison.Ordinal)) throw new System.ArgumentException("The field " + role + " is no text.");
            text = text.Trim(' ', '\0');
            foreach (char c in text)
                if (c < 32 || c > 126) throw new System.ArgumentException("The field " + role + " is no text.");

            return text.Length == 0 ? role is "amount" or "currency" or "end_to_end_id" ? throw new System.ArgumentException("The field " + role + " is empty.") : null : text;
        }

        // Right-filled with blanks, or for digits left-filled with zeros, as the field was.
        private static void Put(System.Text.Json.Nodes.JsonObject json, string role, string value, string encoding, int size)
        {
            var fields = json["fields"]!.AsObject();
            if (fields[role]!.GetValueKind() == System.Text.Json.JsonValueKind.Number)
            {
                fields[role] = ulong.Parse(value, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture);
                return;
            }

            string old = fields[role]!.GetValue<string>();
            bool isNumber = role == "amount";
            int width = size == 0 ? 0 : old.Length;
            string sign = isNumber && old.Length > 0 && old[0] is '+' or '-' ? old[..1] : "";
            string text = isNumber ? sign + value.PadLeft(width - sign.Length, '0') : value.PadRight(width, old.EndsWith('\0') ? '\0' : ' ');
            if (width > 0 && text.Length != width) throw new System.FormatException("The value does not fit the field " + role + ".");
            fields[role] = text;
        }

        private static int Digits(string currency)
        {
            int at = currency.Length == 3 ? MinorUnits.IndexOf(currency, System.StringComparison.Ordinal) : -1;
            return at >= 0 ? MinorUnits[at + 3] - '0'
                : throw new System.ArgumentException("The currency " + currency + " has no minor unit in ISO 4217.");
        }

        // Digits without a point are in the currency's minor unit.
        private static string Money(string text, string currency)
        {
            text = text.TrimStart('+');
            if (!Matches(text, "^[0-9]{1,18}$") && !Matches(text, "^[0-9]{1,13}[.][0-9]{1,5}$")) throw new System.ArgumentException("The amount is none.");
            int digits = Digits(currency);
            if (!text.Contains('.') && digits > 0)
            {
                text = text.PadLeft(digits + 1, '0');
                text = text[..^digits] + "." + text[^digits..];
            }

            text = text.TrimStart('0');
            return text.Length == 0 || text[0] == '.' ? "0" + text : text;
        }

        private static string Minor(string amount, string before, string currency)
        {
            if (before.Contains('.')) return amount;
            string[] parts = amount.Split('.');
            string fraction = parts.Length > 1 ? parts[1].TrimEnd('0') : "";
            int digits = Digits(currency);
            if (fraction.Length > digits) throw new System.FormatException("The amount has more decimals than the currency.");
            string minor = (parts[0] + fraction.PadRight(digits, '0')).TrimStart('0');
            return minor.Length == 0 ? "0" : minor;
        }

        private static string Short(string text, int most) => text.Length is > 0 && text.Length <= most ? text
            : throw new System.ArgumentException("A value has more than " + most.ToString(System.Globalization.CultureInfo.InvariantCulture) + " characters, or none.");

        private static bool IsBic(string text) => Matches(text, "^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$");

        // ISO 13616: the first four characters behind the rest, letters as numbers from 10, and 1 left over of 97.
        private static bool IsIban(string text)
        {
            if (!Matches(text, "^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$")) return false;
            int rest = 0;
            foreach (char c in text[4..] + text[..4])
                rest = c <= '9' ? ((rest * 10) + c - '0') % 97 : ((rest * 100) + c - 'A' + 10) % 97;

            return rest == 1;
        }

        private static bool Matches(string text, string pattern) => System.Text.RegularExpressions.Regex.IsMatch(text, pattern, System.Text.RegularExpressions.RegexOptions.CultureInvariant);
        """;
}
