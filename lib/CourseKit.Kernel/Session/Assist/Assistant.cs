using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session.Execution;

namespace CourseKit.Kernel.Session.Assist;

/// <summary>
/// Answers requests for completion and inspection, one at a time in the process and on the thread pool. A cell may run at the same time.
/// </summary>
internal sealed class Assistant(CellEngine engine)
{
    private static readonly SemaphoreSlim Turn = new(1);
    private readonly AssistWorkspace workspace = new();

    public Task<CompletionResult> CompleteAsync(string code, int position, CancellationToken cancel) => AskAsync(
        async () =>
        {
            var cell = CellText.At(code, position);
            return cell.IsCSharp
                ? await Completer.CompleteAsync(await workspace.OpenAsync(cell.CSharp, engine.Next, cancel), position, cancel)
                : DirectiveCompletion.Complete(cell.Line, position, engine.WorkingDirectory) ?? new(position, position, []);
        },
        cancel);

    public Task<MimeBundle?> InspectAsync(string code, int position, bool detailed, CancellationToken cancel) => AskAsync(
        async () =>
        {
            var cell = CellText.At(code, position);
            return cell.IsCSharp ? await DescribeAsync(cell.CSharp, position, detailed, cancel) : null;
        },
        cancel);

    /// <summary>Describes an expression in detail. Without a description: the known names that are like an unknown one in it.</summary>
    public Task<(MimeBundle? Page, IReadOnlyList<string> Near)> HelpAsync(string expression, CancellationToken cancel) => AskAsync<(MimeBundle?, IReadOnlyList<string>)>(
        async () =>
        {
            // Alone, List<int> would be two comparisons.
            var code = expression.EndsWith('>') ? $"typeof({expression}" : expression;
            if (await DescribeAsync(code, code.Length, detailed: true, cancel) is { } page)
                return (page, []);
            var (qualified, near) = await Inspector.MeantAsync(await workspace.OpenAsync(code, engine.Next, cancel), cancel);
            return (qualified is null ? null : await DescribeAsync(qualified, qualified.Length, detailed: true, cancel), near);
        },
        cancel);

    private async Task<MimeBundle?> DescribeAsync(string csharp, int position, bool detailed, CancellationToken cancel) =>
        await Inspector.InspectAsync(await workspace.OpenAsync(csharp, engine.Next, cancel), position, detailed, engine.Variables, cancel);

    private static async Task<T> AskAsync<T>(Func<Task<T>> answer, CancellationToken cancel)
    {
        await Turn.WaitAsync(cancel);
        try
        {
            return await Task.Run(answer, cancel);
        }
        finally
        {
            Turn.Release();
        }
    }
}
