using System.CommandLine;
using System.CommandLine.Invocation;

namespace Qbitel.Commands;

internal sealed class ShowVersion : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine(Product.Version);
        return (int)ExitCode.Done;
    }
}
