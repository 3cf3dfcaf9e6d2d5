using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Qbitel.Access;
using Qbitel.Pages;

namespace Qbitel.Server;

/// <summary>
/// Gives every refusal and failure a body: problem details (RFC 9457) for programs, a page for people.
/// </summary>
internal sealed partial class ErrorAnswers(RequestDelegate next, Html html, ILogger<ErrorAnswers> log)
{
    [SuppressMessage("Design", "CA1031",
        Justification = "This is the edge of the process; the exception is logged, the answer says under which id.")]
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            if (RequestOrigin.Refusal(context.Request) is { } rule)
            {
                await AnswerAsync(context, StatusCodes.Status403Forbidden, rule);
                return;
            }

            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null })
                await AnswerAsync(context, context.Response.StatusCode, Explain(context.Response.StatusCode));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is listening any more.
        }
        catch (BadHttpRequestException error) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, error.StatusCode, "The request cannot be read.");
        }
        catch (RefusedException refused) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, StatusCodes.Status409Conflict, $"{refused.Message} {refused.Remedy}");
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            string trace = Activity.Current?.Id ?? context.TraceIdentifier;
            Failed(error, context.Request.Method, trace);
            await AnswerAsync(context, StatusCodes.Status500InternalServerError, "This should not have happened.",
                trace);
        }
    }

    private async Task AnswerAsync(HttpContext context, int status, string detail, string? trace = null)
    {
        string title = ReasonPhrases.GetReasonPhrase(status);
        context.Response.Clear();
        if (Asker.IsProgram(context))
        {
            ProblemDetails problem = new() { Status = status, Title = title, Detail = detail };
            if (trace is not null) problem.Extensions["trace"] = trace;
            await Results.Problem(problem).ExecuteAsync(context);
        }
        else
        {
            await html.WriteAsync<ErrorPage>(context, status, (nameof(ErrorPage.Heading), title),
                (nameof(ErrorPage.Detail), detail), (nameof(ErrorPage.Trace), trace));
        }
    }

    private static string Explain(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "The form is out of date or not ours: reload the page and try again.",
        StatusCodes.Status401Unauthorized => "Sign in with the link that 'qbitel up' printed.",
        StatusCodes.Status404NotFound => "There is nothing at this address.",
        StatusCodes.Status429TooManyRequests => "Too many attempts: wait a minute.",
        _ => "The request was refused.",
    };

    [LoggerMessage(7000, LogLevel.Error, "A {Method} request failed ({Trace})")]
    private partial void Failed(Exception error, string method, string trace);
}
