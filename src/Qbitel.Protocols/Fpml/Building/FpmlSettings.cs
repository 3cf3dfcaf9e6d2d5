using Qbitel.Protocols.Fpml.Schemas;

namespace Qbitel.Protocols.Fpml.Building;

/// <summary>
/// Makes documents of settings: a core product of its terms (<c>swap</c>, <c>fra</c>, <c>fx</c>, <c>fxOption</c>,
/// <c>cds</c>), or any document by the paths of its elements.
/// </summary>
internal static class FpmlSettings
{
    private const int MostSlots = 2000, Deepest = 12;

    private static readonly (string Name, string Form, bool IsRequired)[] Common =
    [
        ("tradeDate", "a date", true), ("tradeId", "what we call the trade", true),
        ("tradeIdScheme", "a URI that says whose identifiers they are", true), ("us.name", "our name", true),
        ("us.id", "our legal entity identifier", true), ("them.name", "their name", true),
        ("them.id", "their legal entity identifier", true), ("messageId", "to request a confirmation: its identifier",
            false),
        ("sentBy", "our address", false), ("sendTo", "their address", false),
        ("correlationId", "the conversation", false),
    ];

    private static readonly Dictionary<string, (string Name, string Form, bool IsRequired)[]> Products =
        new(StringComparer.Ordinal)
        {
            ["swap"] =
            [
                ("pays", "fixed or floating", true), ("notional", "an amount", true), ("currency", "a code", true),
                ("effectiveDate", "a date", true), ("terminationDate", "a date", true),
                    ("fixedRate", "0.05 for five percent", true),
                ("fixedFrequency", "such as 1Y", true), ("fixedDayCount", "such as 30/360", true),
                ("index", "such as EUR-EURIBOR", true), ("indexTenor", "such as 6M", true),
                ("floatingFrequency", "such as 6M", true), ("floatingDayCount", "such as ACT/360", true),
                ("convention", "such as MODFOLLOWING", true), ("centers", "such as EUTA,GBLO", true),
                ("fixingDays", "business days, 2", false), ("spread", "on top of the index", false),
            ],
            ["fra"] =
            [
                ("side", "buy or sell", true), ("notional", "an amount", true), ("currency", "a code", true),
                ("effectiveDate", "a date", true), ("terminationDate", "a date", true),
                    ("fixedRate", "0.05 for five percent", true),
                ("index", "such as EUR-EURIBOR", true), ("indexTenor", "such as 6M", true),
                    ("dayCount", "such as ACT/360", true),
                ("convention", "such as MODFOLLOWING", true), ("centers", "such as EUTA", true),
                ("fixingDays", "business days, 2", false),
            ],
            ["fx"] =
            [
                ("sold", "an amount", true), ("soldCurrency", "a code", true), ("bought", "an amount", true),
                ("boughtCurrency", "a code", true), ("rate", "a number", true),
                ("quotation", "boughtPerSold or soldPerBought", true), ("valueDate", "a date", true),
                ("spotRate", "a number", false), ("forwardPoints", "a number", false),
            ],
            ["fxOption"] =
            [
                ("side", "buy or sell", true), ("put", "an amount", true), ("putCurrency", "a code", true),
                ("call", "an amount", true), ("callCurrency", "a code", true), ("strike", "a number", true),
                ("quotation", "callPerPut or putPerCall", true), ("expiryDate", "a date", true),
                ("expiryTime", "such as 10:00:00", true), ("expiryCenter", "such as USNY", true),
                    ("valueDate", "a date", true),
                ("premium", "an amount", true), ("premiumCurrency", "a code", true), ("premiumDate", "a date", true),
            ],
            ["cds"] =
            [
                ("side", "buy or sell protection", true), ("entity", "the name of the entity", true),
                ("entityId", "its identifier", false), ("effectiveDate", "a date", true),
                    ("terminationDate", "a date", true),
                ("notional", "an amount", true), ("currency", "a code", true),
                    ("fixedRate", "0.01 for one percent", true),
                ("frequency", "such as 3M", true), ("dayCount", "such as ACT/360", true),
            ],
        };

    public static IReadOnlyList<MessageSlot> Slots(string type)
    {
        if (Products.TryGetValue(type, out (string Name, string Form, bool IsRequired)[]? own))
            return [.. Common.Concat(own).Select(slot => new MessageSlot(slot.Name, null, slot.Form, slot.IsRequired))];
        if (!FpmlDraft.IsDocument(type)) return [];

        List<MessageSlot> slots = [];
        FpmlDeclaration root = FpmlSchema.Confirmation.Elements.Single(each => each.Name == type);
        Add(root.Type, "", 0, slots);
        return slots;
    }

    public static byte[]? Build(string type, IReadOnlyList<MessageSetting> settings, DateTimeOffset now,
        List<Diagnostic> wrong)
    {
        try
        {
            if (Products.ContainsKey(type)) return Product(type, new SettingReader(settings, wrong), now);
            if (!FpmlDraft.IsDocument(type))
            {
                wrong.Add(SettingReader.Wrong("Build.Type", "there is no such document or product", "type",
                    $"{string.Join(", ", Products.Keys)}, or a document such as dataDocument"));
                return null;
            }

            FpmlDraft draft = new(type);
            foreach (MessageSetting setting in settings)
            {
                string path = setting.Path.TrimStart('/');
                if (path.StartsWith($"{type}/", StringComparison.Ordinal)) path = path[(type.Length + 1)..];
                try
                {
                    draft.Set(path, setting.Value);
                }
                catch (ArgumentException)
                {
                    wrong.Add(SettingReader.Wrong("Build.Path", "the schema has no such element", setting.Path,
                        $"a path of elements below {type}, repetitions as [2], attributes as @id"));
                }
            }

            return wrong.Count > 0 ? null : draft.ToBytes();
        }
        catch (Exception error) when (error
            is ArgumentException or InvalidOperationException or System.Xml.XmlException)
        {
            wrong.Add(SettingReader.Wrong("Build.Value",
                "the document cannot be written: an element is where the schema "
                + "has none, or a value is no text or length of time", type, "elements where the schema has them"));
            return null;
        }
    }

    private static byte[]? Product(string type, SettingReader read, DateTimeOffset now)
    {
        TradeTerms trade = new(new PartyTerms(read.Text("us.name"), read.Text("us.id")),
            new PartyTerms(read.Text("them.name"), read.Text("them.id")), read.Day("tradeDate"), read.Text("tradeId"),
            read.Text("tradeIdScheme"));
        ProductTerms product = type switch
        {
            "swap" => new SwapTerms(read.IsFirst("pays", "fixed", "floating"), read.Number("notional"),
                read.Text("currency"),
                read.Day("effectiveDate"), read.Day("terminationDate"), read.Number("fixedRate"),
                    read.Text("fixedFrequency"),
                read.Text("fixedDayCount"), read.Text("index"), read.Text("indexTenor"), read.Text("floatingFrequency"),
                read.Text("floatingDayCount"), read.Days(), read.Whole("fixingDays", 2), read.Maybe("spread")),
            "fra" => new FraTerms(read.IsFirst("side", "buy", "sell"), read.Number("notional"), read.Text("currency"),
                read.Day("effectiveDate"), read.Day("terminationDate"), read.Number("fixedRate"), read.Text("index"),
                read.Text("indexTenor"), read.Text("dayCount"), read.Days(), read.Whole("fixingDays", 2)),
            "fx" => new FxTerms(read.Number("sold"), read.Text("soldCurrency"), read.Number("bought"),
                read.Text("boughtCurrency"), read.Number("rate"),
                    read.IsFirst("quotation", "boughtPerSold", "soldPerBought"),
                read.Day("valueDate"), read.Maybe("spotRate"), read.Maybe("forwardPoints")),
            "fxOption" => new FxOptionTerms(read.IsFirst("side", "buy", "sell"), read.Number("put"),
                read.Text("putCurrency"),
                read.Number("call"), read.Text("callCurrency"), read.Number("strike"),
                read.IsFirst("quotation", "putPerCall", "callPerPut"), read.Day("expiryDate"), read.Text("expiryTime"),
                read.Text("expiryCenter"), read.Day("valueDate"), read.Number("premium"), read.Text("premiumCurrency"),
                read.Day("premiumDate")),
            _ => new CdsTerms(read.IsFirst("side", "buy", "sell"), read.Text("entity"), read.Optional("entityId"),
                read.Day("effectiveDate"), read.Day("terminationDate"), read.Number("notional"), read.Text("currency"),
                read.Number("fixedRate"), read.Text("frequency"), read.Text("dayCount")),
        };

        string? message = read.Optional("messageId");
        MessageTerms? around = message is null ? null : new MessageTerms(message, trade.TradeIdScheme,
            read.Text("sentBy"),
            read.Text("sendTo"), now, read.Text("correlationId"));
        read.Finish(Common.Concat(Products[type]).Select(slot => slot.Name));
        if (read.HasFaults) return null;

        FpmlDraft draft = new(around is null ? "dataDocument" : "requestConfirmation");
        if (around is not null) FpmlBuilder.Set(draft, around);
        FpmlBuilder.Set(draft, trade);
        product.SetOn(draft);
        return draft.ToBytes();
    }

    // What a document cannot do without, the first of each choice; of a substitution group, which one is to be chosen.
    private static void Add(FpmlType type, string path, int depth, List<MessageSlot> slots)
    {
        foreach (FpmlAttribute attribute in type.AttributeList)
        {
            if (attribute.IsRequired && attribute.Name != "fpmlVersion")
                slots.Add(new MessageSlot($"{path}@{attribute.Name}", null, attribute.Type.Expected, true));
        }

        foreach (FpmlParticle particle in type.Content) Add(particle, path, depth, slots);
    }

    private static void Add(FpmlParticle particle, string path, int depth, List<MessageSlot> slots)
    {
        if (particle.Least == 0 || slots.Count >= MostSlots || depth > Deepest) return;
        if (particle.Kind is FpmlParticleKind.Sequence)
        {
            foreach (FpmlParticle item in particle.Items) Add(item, path, depth, slots);
        }
        else if (particle.Kind is FpmlParticleKind.Choice && particle.Items.Count > 0)
        {
            Add(particle.Items[0], path, depth, slots);
        }
        else if (particle.Kind is FpmlParticleKind.Element)
        {
            FpmlDeclaration element = particle.Elements[0];
            string own = path + element.Name + (particle.Most > 1 ? "[1]" : "");
            if (element.IsAbstract)
            {
                slots.Add(new MessageSlot(path + particle.Elements.First(each => !each.IsAbstract).Name, null,
                    $"one that may stand for {element.Name}", true));
                return;
            }

            if (element.Type.Value is { } value) slots.Add(new MessageSlot(own, null, value.Expected, true));
            Add(element.Type, own + "/", depth + 1, slots);
        }
    }
}
