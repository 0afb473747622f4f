using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session.Output;

namespace CourseKit.Kernel.Session.Directives;

/// <summary><c>#!value --name NAME</c>: keeps the lines below, a text or a file's content until <c>#!share</c> or <c>#!set</c> asks for it.</summary>
internal static class ValueDirective
{
    public const string Name = "#!value";

    public static async Task RunAsync(DirectiveCall call)
    {
        var options = new DirectiveOptions(Name, call.Argument, "--name", "--from-value", "--from-file", "--from-url", "--mime-type");
        var name = options["--name"] ?? throw new DirectiveException("#!value: expected a name, as in #!value --name text");
        if (options["--from-url"] is { } url)
        {
            throw new DirectiveException($"#!value --from-url {url}: #!value fetches nothing here. Write it in C#: "
                + $"var {name} = await new System.Net.Http.HttpClient().GetStringAsync(\"{url}\");");
        }
        var (given, file) = (options["--from-value"], options["--from-file"]);
        if (new[] { given is not null, file is not null, !string.IsNullOrWhiteSpace(call.Body) }.Count(isThere => isThere) > 1)
            throw new DirectiveException($"#!value --name {name}: found more than one text. Expected one of --from-value, --from-file and the lines below; #!csharp goes back to C#.");
        var text = file is null ? given ?? call.Body : await ReadAsync(call.Run, file);
        call.Run.Others.Values[name] = text;
        if (options["--mime-type"] is { } mime)
            RunningCell.Emit(new DisplayOutput(new MimeText(mime, text).ToBundle(), null, false));
    }

    private static async Task<string> ReadAsync(CellRun run, string file)
    {
        var path = run.PathOf(file);
        try
        {
            return await File.ReadAllTextAsync(path, run.Cancel);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DirectiveException($"#!value --from-file {file}: {error.Message} {run.PathsStart}");
        }
    }
}
