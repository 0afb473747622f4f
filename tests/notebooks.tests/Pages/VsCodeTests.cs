using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CourseKit.Kernel.Notebooks;
using Microsoft.Playwright;

namespace CourseKit.Notebooks.Tests.Pages;

/// <summary>
/// A notebook that was saved elsewhere, as VS Code shows it: by its choice among an output's mime types, its rules for tables and pictures, its policy for
/// scripts, and its variables for colours. Each output stands in a frame of its own, so it draws without the others. The system's theme is not the editor's.
/// The part of VS Code's Plotly renderer is played by the notebook's plotly.js.
/// </summary>
[Collection(nameof(OutputRun))]
[Trait("Cost", "browser")]
public sealed partial class VsCodeTests(OutputRun run, OfflineBrowser browser) : IDisposable
{
    private const string Plotly = "application/vnd.plotly.v1+json", Html = "text/html";

    // The rules of VS Code's webviews and notebooks that reach into outputs.
    private const string Style = """
        html { background: var(--vscode-editor-background); }
        body { margin: 0; color: var(--vscode-foreground); font: 13px system-ui, sans-serif; }
        img { max-width: 100%; max-height: 100%; }
        a { color: var(--vscode-textLink-foreground); }
        code { color: var(--vscode-textPreformat-foreground); }
        table, thead, tr, th, td, tbody { border: none; border-color: transparent; border-spacing: 0; border-collapse: collapse; }
        table, th, tr { vertical-align: middle; text-align: right; }
        thead { font-weight: bold; background-color: rgba(130, 130, 130, 0.16); }
        th, td { padding: 4px 8px; }
        tr:nth-child(even) { background-color: rgba(130, 130, 130, 0.08); }
        tbody th { font-weight: normal; }
        .output-plaintext { white-space: pre; overflow-x: auto; }
        """;

    private const string Script = """
        const output = document.querySelector('.output');
        // HTML that is set runs no scripts, so VS Code makes each script anew.
        function show(html) {
          const part = output.appendChild(document.createElement('div'));
          part.innerHTML = html;
          for (const script of part.querySelectorAll('script')) {
            const made = document.createElement('script');
            made.text = script.innerText;
            part.appendChild(made).remove();
          }
        }
        function plot(figure) {
          if (!window.CourseKitPlotly) return setTimeout(plot, 50, figure);
          CourseKitPlotly.newPlot(output.appendChild(document.createElement('div')), figure.data, figure.layout, figure.config);
        }
        const colours = { dark: ['#cccccc', '#1f1f1f', '#4daafc', '#d0d0d0'], light: ['#3b3b3b', '#ffffff', '#005fb8', '#3b3b3b'] };
        function theme(name) {
          document.body.className = `vscode-${name}`;
          document.body.dataset.vscodeThemeKind = `vscode-${name}`;
          ['foreground', 'editor-background', 'textLink-foreground', 'textPreformat-foreground'].forEach((variable, i) =>
            document.documentElement.style.setProperty(`--vscode-${variable}`, colours[name][i]));
        }
        theme('dark');

        function shown(least, drawn) {
          const wrong = fault(output, least, drawn);
          if (wrong) return wrong;
          if (document.documentElement.scrollWidth > innerWidth) return `${document.documentElement.scrollWidth} pixels wide`;
          frameElement.style.height = `${output.getBoundingClientRect().bottom + 16}px`;
          return '';
        }
        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_output_draws_offline_is_readable_in_both_themes_and_fits()
    {
        Assert.True(run.Result.ExitCode == 0, run.Result.Output + run.Result.Error);
        var outputs = Outputs(Notebook.Load(run.Executed));
        Assert.Equal(OutputChecks.Drawn.Keys, outputs.Select(output => output.Kind));
        var path = _folder.PathOf("vscode.html");
        await File.WriteAllTextAsync(path, "<!DOCTYPE html><meta charset=utf-8><style>iframe { width: 100%; height: 600px; border: 0; display: block; }</style>"
            + string.Concat(outputs.Select(output => Frame(output.Draw))), TestContext.Current.CancellationToken);
        var (page, complaints) = await browser.Open(path, 900, ColorScheme.Light);
        // The theme changes below outputs that have drawn, and so does the width.
        foreach (var (theme, width) in new[] { ("dark", 900), ("light", 420) })
        {
            await page.SetViewportSizeAsync(width, 740);
            var frames = page.Frames.Skip(1).Zip(outputs, (frame, output) => (Frame: frame, output.Kind)).ToList();
            foreach (var (frame, _) in frames)
                await frame.EvaluateAsync("name => theme(name)", theme);
            try
            {
                foreach (var (frame, kind) in frames)
                    await frame.WaitForFunctionAsync($"!{Fault(kind)}");
            }
            catch (TimeoutException)
            {
                var faults = new List<string>();
                foreach (var (frame, kind) in frames)
                    faults.Add($"{kind}: {await frame.EvaluateAsync<string>(Fault(kind))}");
                Assert.Fail($"{theme}, {width} pixels:\n{string.Join('\n', faults.Where(fault => !fault.EndsWith(": ", StringComparison.Ordinal)))}");
            }
            // For whoever looks at what the checks leave behind.
            await page.ScreenshotAsync(new() { Path = Path.Combine(Course.Root, "out", "screenshots", $"vscode-{theme}.png"), FullPage = true });
        }
        Assert.Empty(complaints);
    }

    // A figure in JSON has one colour for both themes, and no grey has 4.5 on both grounds.
    private static string Fault(string kind) => $"shown({(kind == "chart" ? "4" : "4.5")}, (all, text) => {OutputChecks.Drawn[kind]})";

    // The kinds in the notebook's order, each with the script that shows what VS Code takes.
    private static List<(string Kind, string Draw)> Outputs(Notebook notebook)
    {
        var found = new List<(string Kind, string Draw)>();
        foreach (var cell in notebook.Cells.Where(cell => cell.Tags.Count > 0))
        {
            foreach (var output in cell.Outputs.Select(output => output!.AsObject()))
            {
                var kind = found.Exists(other => other.Kind == cell.Tags[0]) ? $"{cell.Tags[0]}'s {output["output_type"]}" : cell.Tags[0];
                var html = output["data"]?[Html] is { } data ? $"show({Json(MultilineText.Join(data))});" : null;
                if (output["data"]?[Plotly] is not { } figure)
                {
                    found.Add((kind, html ?? $"show({Json($"<div class=\"output-plaintext\">{WebUtility.HtmlEncode(Text(output))}</div>")});"));
                    continue;
                }
                var card = found[0].Draw;
                found.Add((kind, $"{card} plot({Json(figure)});"));
                found.Add(($"{kind} as HTML", card + html));
            }
        }
        return found;
    }

    private static string Text(JsonObject output) =>
        Colours().Replace(string.Join('\n', output["traceback"]!.AsArray().Select(line => line!.GetValue<string>())), "");

    [GeneratedRegex(@"\x1b\[[0-9;]*m")]
    private static partial Regex Colours();

    private static string Json(JsonNode? value) => value!.ToJsonString().Replace("<", "\\u003c", StringComparison.Ordinal);

    private static string Frame(string draw)
    {
        const string policy = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:";
        var document = $"<!DOCTYPE html><meta charset=utf-8><meta http-equiv=Content-Security-Policy content=\"{policy}\"><style>{Style}</style>"
            + $"<body><div class=output></div><script>{OutputChecks.Script}{Script}{draw}</script>";
        return $"<iframe srcdoc=\"{WebUtility.HtmlEncode(document)}\"></iframe>";
    }
}
