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
            if (!cell.IsCSharp)
                return null;
            var document = await workspace.OpenAsync(cell.CSharp, engine.Next, cancel);
            return await Inspector.InspectAsync(document, position, detailed, engine.Variables, cancel);
        },
        cancel);

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
