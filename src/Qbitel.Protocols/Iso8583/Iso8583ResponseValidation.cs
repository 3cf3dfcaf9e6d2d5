namespace Qbitel.Protocols.Iso8583;

/// <summary>What an answer must have of its request, and a reversal of what it takes back.</summary>
internal static class Iso8583ResponseValidation
{
    public static void Run(Iso8583Message request, Iso8583Message response, DiagnosticList found)
    {
        if (request.Mti.IsResponse || response.Mti != request.Mti.Response())
        {
            found.Add(new Diagnostic("Iso8583.ResponseType", Severity.Error,
                "the message type does not answer the request's")
            {
                Offset = response.Layout.MtiOffset,
                Expected = request.Mti.IsResponse ? "a request" : request.Mti.Response().ToString(),
                Actual = response.Mti.ToString(),
            });
        }

        foreach (int number in request.Profile.Echoed)
        {
            if (request.Find(number) is not { } asked || response.Find(number) is not { } answered) continue;
            if (request.Text(asked) == response.Text(answered)) continue;
            Iso8583Validation.Report(response, found, Severity.Error, "Iso8583.ResponseEcho",
                "the answer does not repeat the request's value", answered, request.Shown(asked),
                response.Shown(answered));
        }

        if (response.Mti.IsResponse && response.Profile.FieldOrNone(39) is { } rule && response.Find(39) is null)
        {
            found.Add(new Diagnostic("Iso8583.ResponseCode", Severity.Error, "an answer says what became of the request")
            {
                Offset = response.Layout.BitmapOffset,
                Tag = "39",
                Field = rule.Name,
                Expected = "field 39",
            });
        }
    }
}
