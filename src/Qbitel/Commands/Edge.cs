using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Qbitel.Hsm;
using Qbitel.Printing;
using Qbitel.Store;

namespace Qbitel.Commands;

/// <summary>The edge of the process: whatever a room throws becomes a sentence, a remedy and an exit code.</summary>
internal static class Edge
{
    private const string AskForMore = "Run again with --verbose to see where it came from.";

    [SuppressMessage("Design", "CA1031",
        Justification = "This is the edge of the process; the whole exception is shown with --verbose.")]
    public static async Task<ExitCode> RunAsync(Output output, string command, Func<Output, Task<ExitCode>> act)
    {
        try
        {
            return await act(output);
        }
        catch (RefusedException refused)
        {
            return Fail(output, refused, refused.Message, refused.Remedy);
        }
        catch (MisusedException misused)
        {
            Fail(output, misused, misused.Message, Misuse.Remedy(command));
            return ExitCode.Misused;
        }
        catch (OperationCanceledException)
        {
            output.Failure("interrupted", remedy: null);
            return ExitCode.Refused;
        }
        catch (AuditLogMismatchException mismatch)
        {
            return Fail(output, mismatch, mismatch.Message,
                "Nothing was changed. Keep the data folder as it is: it is evidence.");
        }
        catch (StateStoreException refused)
        {
            return Fail(output, refused, refused.Message, refused.IsTransient ? "Try again in a moment." : AskForMore);
        }
        catch (HsmException error)
        {
            return Fail(output, error, error.Message, error switch
            {
                { IsTransient: true } => "Try again in a moment.",
                { Failure: HsmFailure.NotAllowed } => "The box is well, but this key or account may not do that.",
                _ => "'qbitel hsm doctor' says what is wrong with it.",
            });
        }
        catch (CryptographicException error)
        {
            return Fail(output, error, error.Message, AskForMore);
        }
        catch (PlatformNotSupportedException error)
        {
            return Fail(output, error, error.Message, "'qbitel doctor' says what this machine offers.");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return Fail(output, error, error.Message, "Check the path.");
        }
        catch (UnauthorizedAccessException error)
        {
            return Fail(output, error, error.Message, "Check who owns it and who may read and write it.");
        }
        catch (IOException error)
        {
            return Fail(output, error, error.Message, AskForMore);
        }
        catch (Exception error)
        {
            return Fail(output, error, $"This should not have happened: {error.GetType().Name}: {error.Message}",
                AskForMore);
        }
    }

    private static ExitCode Fail(Output output, Exception error, string message, string remedy)
    {
        output.Failure(message, remedy);
        output.Trace(error);
        return ExitCode.Refused;
    }
}
