using System.Globalization;
using System.Text;
using Qbitel.Gateway.Fix;
using Qbitel.Protocols.Fix;
using Qbitel.Protocols.Fix.Sessions;

namespace Qbitel.Gateway.Tests.Fix;

/// <summary>The application the session tests are written for: it says everything back, fields in the order of their
/// tags.</summary>
internal sealed class EchoApplication : FixResponder
{
    private readonly HashSet<string> _orders = new(StringComparer.Ordinal);
    private readonly FixFieldWriter _body = new();

    public override void OnMessage(in FixReceived message)
    {
        string order = Encoding.Latin1.GetString(message.Field(11));
        if (order.Length > 0 && !_orders.Add(order) && message.IsPossibleResend) return;

        switch (message.Type)
        {
            case [(byte)'8']:
                message.RejectBusiness(3, "Unsupported Message Type");
                break;
            case [(byte)'n']:
                message.Reply("B"u8, _body.Clear().Set(148, string.Create(CultureInfo.InvariantCulture,
                    $"Successfully received 'n' message with seqNo={message.Number}")).Written);
                break;
            default:
                SortedDictionary<int, byte[]> fields = [];
                FixReader reader = new(message.Body);
                while (reader.Read()) fields.Add(reader.Tag, reader.Value.ToArray());
                _body.Clear();
                foreach ((int tag, byte[] value) in fields) _body.Set(tag, value);
                message.Reply(message.Type, _body.Written, message.IsPossibleResend ? "97=Y\u0001"u8 : default);
                break;
        }
    }
}
