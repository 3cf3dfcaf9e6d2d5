using System.Globalization;
using Qbitel.Protocols.ThreeDS.Rules;

namespace Qbitel.Protocols.ThreeDS;

/// <summary>Makes messages of settings named by their paths: <c>acctNumber</c>, <c>acctInfo/chAccDate</c>,
/// <c>messageExtension/0/id</c>. The version is a setting as well.</summary>
internal static class ThreeDSSettings
{
    private const string DefaultVersion = "2.2.0";

    public static IReadOnlyList<MessageSlot> Slots(string type)
    {
        if (KindOf(type) is not { } kind) return [];
        List<MessageSlot> slots = [];
        Add("", FieldTable.Scope(kind, VersionRange.Find(DefaultVersion)), isRequired: true);
        return slots;

        void Add(string path, FieldScope scope, bool isRequired)
        {
            foreach (FieldRule rule in scope.All)
            {
                if (rule.Name is "messageType") continue;
                bool isNeeded = isRequired && rule.IsRequiredIn(kind) && rule.Name != "messageVersion";
                string own = path + rule.Name + (rule.Form.Kind == "list" ? "/0" : "");
                if (scope.Inside(rule) is { } inside) Add(own + "/", inside, isRequired: false);
                else slots.Add(new MessageSlot(own, rule.Label, (rule.Form.Entry ?? rule.Form).Words, isNeeded));
            }
        }
    }

    public static byte[]? Build(string type, IReadOnlyList<MessageSetting> settings, DateTimeOffset now,
        List<Diagnostic> wrong)
    {
        if (KindOf(type) is not { } kind)
        {
            wrong.Add(Wrong("Build.Type", "there is no such message", "type",
                FieldTable.Named("messageType")!.Form.Words));
            return null;
        }

        string version = settings.LastOrDefault(setting => setting.Path.TrimStart('/') == "messageVersion")?.Value
            ?? DefaultVersion;
        int number = VersionRange.Find(version);
        if (number <= VersionRange.Archived)
        {
            wrong.Add(Wrong("Build.Value", "messages of this version are not made", "messageVersion",
                string.Join(" or ", VersionRange.Known.Skip(1))));
            return null;
        }

        ThreeDSDraft draft = new();
        if (kind != MessageKind.Method)
        {
            draft.TrySet("messageType", kind.ToString());
            draft.TrySet("messageVersion", version);
        }

        bool isPayment = kind == MessageKind.AReq
            && settings.Any(setting => setting is { Path: "messageCategory", Value: "01" });
        string time = now.UtcDateTime.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
        if (isPayment) draft.TrySet("purchaseDate", time);

        FieldScope scope = FieldTable.Scope(kind, number);
        foreach (MessageSetting setting in settings)
        {
            string path = setting.Path.TrimStart('/');
            if (path == "messageType" || Resolve(scope, path) is not { } form)
            {
                wrong.Add(Wrong("Build.Path", "the message has no such field", setting.Path,
                    "a field of the message and its version, as acctNumber or acctInfo/chAccDate"));
            }
            else if (!form.IsBoolean ? !FieldCheck.Fits(setting.Value, form) : setting.Value is not ("true" or "false"))
            {
                wrong.Add(Wrong("Build.Value", "the value has not the form of its field", setting.Path, form.Words));
            }
            else if (!draft.TrySet(path, setting.Value))
            {
                wrong.Add(Wrong("Build.Path", "the path leads through another value", setting.Path,
                    "a path of its own"));
            }
        }

        return wrong.Count > 0 ? null : draft.ToBytes(kind, number);
    }

    /// <summary>The form of the value at a path; null where there is none.</summary>
    private static FieldForm? Resolve(FieldScope root, string path)
    {
        FieldScope? scope = root;
        FieldForm? form = null;
        foreach (string step in path.Split('/'))
        {
            if (form?.Entry is { } entry)
            {
                if (!ThreeDSDraft.IsNumber(step)) return null;
                form = entry;
                continue;
            }

            // What is within an object that is not described is anybody's.
            bool isOpen = form is { Kind: "any" } || (form is { Kind: "object" or "jwk" } && scope is null);
            if (isOpen) return FieldForm.Read("any");
            if (scope?.Find(step) is not { } rule) return null;
            (form, scope) = (rule.Form, scope.Inside(rule));
        }

        return form is { Kind: "object" or "list" or "jwk" } ? null : form;
    }

    private static MessageKind? KindOf(string type)
    {
        for (MessageKind kind = MessageKind.AReq; kind <= MessageKind.Method; kind++)
            if (string.Equals(kind.ToString(), type, StringComparison.OrdinalIgnoreCase)) return kind;

        return null;
    }

    private static Diagnostic Wrong(string code, string message, string path, string expected) =>
        new(code, Severity.Error, message) { Path = path, Expected = expected };
}
