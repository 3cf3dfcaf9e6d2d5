using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Qbitel.Cryptography.Cards.Vectors;

/// <summary>
/// Answers test vectors of card cryptography: an array of operations in, an array of results of the same order out.
/// </summary>
/// <remarks>
/// For test keys only: keys and PINs stand in the clear in the input and in the answer. A result is
/// <c>{"id", "ok": true, …}</c> or <c>{"id", "ok": false, "error": {"code", "message"}}</c>; binary values are
/// upper-case hexadecimal. One item that is wrong does not touch the others.
/// </remarks>
public static class CardResponder
{
    private delegate JsonObject Operation(CardItem item);

    private static readonly Dictionary<string, Operation> Operations = new(StringComparer.Ordinal)
    {
        ["dukpt.tdes.derive"] = DukptOperations.DeriveTdes,
        ["dukpt.tdes.pin-encrypt"] = DukptOperations.EncryptPinTdes,
        ["dukpt.tdes.mac"] = DukptOperations.MacTdes,
        ["dukpt.tdes.data-encrypt"] = DukptOperations.EncryptDataTdes,
        ["dukpt.aes.derive"] = DukptOperations.DeriveAes,
        ["dukpt.aes.pin-encrypt"] = DukptOperations.EncryptPinAes,
        ["dukpt.aes.update-key"] = DukptOperations.UpdateKeyAes,
        ["emv.arqc"] = EmvOperations.Arqc,
        ["emv.verify-arqc"] = EmvOperations.VerifyArqc,
        ["emv.arpc1"] = EmvOperations.Arpc1,
        ["emv.arpc2"] = EmvOperations.Arpc2,
        ["cvv"] = ValueOperations.Cvv,
        ["cavv"] = ValueOperations.Cavv,
        ["pvv"] = ValueOperations.Pvv,
        ["ibm3624"] = ValueOperations.Ibm3624,
        ["pin.encode"] = ValueOperations.EncodePin,
        ["pin.decode"] = ValueOperations.DecodePin,
        ["tr31.unwrap"] = KeyOperations.Unwrap,
        ["tr31.wrap"] = KeyOperations.Wrap,
        ["tr31.derive"] = KeyOperations.Derive,
        ["mac"] = KeyOperations.Mac,
        ["kcv"] = KeyOperations.CheckValue,
    };

    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    /// <param name="json">An array of objects with an <c>op</c> each.</param>
    /// <param name="isIdentifier">
    /// Says whether a value is an identifier of a kind (<c>identifier.check</c>), or null where it does not know the
    /// kind.
    /// </param>
    /// <exception cref="FormatException">The input is no JSON array of objects.</exception>
    public static string Respond(string json, Func<string, string, bool?> isIdentifier)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(isIdentifier);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Array)
                throw new FormatException("The input is no JSON array of operations.");

            using MemoryStream output = new();
            using (Utf8JsonWriter writer = new(output, Indented))
            {
                writer.WriteStartArray();
                int index = 0;
                foreach (JsonElement item in document.RootElement.EnumerateArray())
                {
                    if (item.ValueKind != JsonValueKind.Object)
                        throw new FormatException($"Item {index} of the input is no object.");
                    Write(writer, item, Answer(item, isIdentifier));
                    index++;
                }

                writer.WriteEndArray();
            }

            return Encoding.UTF8.GetString(output.GetBuffer().AsSpan(0, (int)output.Length));
        }
        catch (JsonException wrong)
        {
            throw new FormatException(
                $"The input is not JSON: line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine + 1}.", wrong);
        }
        catch (InvalidOperationException wrong)
        {
            throw new FormatException("The input holds half of a surrogate pair, which is no text.", wrong);
        }
    }

    private static JsonObject Answer(JsonElement element, Func<string, string, bool?> isIdentifier)
    {
        CardItem item = new(element);
        try
        {
            string name = item.Text("op");
            JsonObject answer = name == "identifier.check" ? Check(item, isIdentifier)
                : Operations.TryGetValue(name, out Operation? operation) ? operation(item)
                : throw new CardException(CardFault.UnsupportedOperation, "There is no such operation.");
            return answer;
        }
        catch (CardException refused)
        {
            return Refused(refused.Fault, refused.Message);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return Refused(CardFault.InvalidInput, "An input is of another form than the operation takes.");
        }
    }

    private static JsonObject Check(CardItem item, Func<string, string, bool?> isIdentifier) =>
        isIdentifier(item.Text("kind"), item.Text("value")) is bool valid
            ? new JsonObject { ["valid"] = valid }
            : throw new CardException(CardFault.UnsupportedOperation, "There is no such kind of identifier.");

    private static JsonObject Refused(CardFault fault, string message) =>
        new() { ["error"] = new JsonObject { ["code"] = $"Card.{fault}", ["message"] = message } };

    private static void Write(Utf8JsonWriter writer, JsonElement item, JsonObject answer)
    {
        writer.WriteStartObject();
        if (item.TryGetProperty("id", out JsonElement id))
        {
            writer.WritePropertyName("id");
            id.WriteTo(writer);
        }

        writer.WriteBoolean("ok", !answer.ContainsKey("error"));
        foreach ((string name, JsonNode? value) in answer)
        {
            writer.WritePropertyName(name);
            value!.WriteTo(writer);
        }

        writer.WriteEndObject();
    }
}
