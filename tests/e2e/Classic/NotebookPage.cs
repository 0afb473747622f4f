using CourseKit.Notebooks.Tests;
using Microsoft.Playwright;

namespace CourseKit.EndToEnd.Tests.Classic;

/// <summary>The notebook in the browser, used as a student uses it: with its menus, buttons and keys.</summary>
internal sealed class NotebookPage(IPage page)
{
    public ILocator Cell(int number) => page.Locator("#notebook-container > .cell").Nth(number - 1);

    public ILocator Output(int number) => Cell(number).Locator(".output");

    public ILocator Prompt(int number) => Cell(number).Locator(".input_prompt");

    public Task KernelIsIdle() => page.Locator("#kernel_indicator_icon.kernel_idle_icon").WaitForAsync();

    public Task RunAll() => ChooseAsync("#celllink", "#run_all_cells a");

    public Task Stop() => page.Locator("[data-jupyter-action='jupyter-notebook:interrupt-kernel']").ClickAsync();

    public async Task Run(int number)
    {
        await Cell(number).Locator(".CodeMirror-code").ClickAsync();
        await page.Keyboard.PressAsync("Control+Enter");
    }

    public async Task Restart()
    {
        await ChooseAsync("#kernellink", "#restart_kernel a");
        await page.Locator(".modal-dialog .btn-danger").ClickAsync();
        await page.Locator(".modal-dialog").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await KernelIsIdle();
    }

    /// <summary>Keeps the whole notebook as a picture, for whoever looks at what the checks leave behind.</summary>
    public async Task Photograph(string name)
    {
        // The page scrolls inside a frame as high as the window.
        var height = await page.EvaluateAsync<int>("document.querySelector('#notebook-container').scrollHeight + 200");
        await page.SetViewportSizeAsync(1100, Math.Max(height, 500));
        var folder = Directory.CreateDirectory(Path.Combine(Course.Root, "out", "screenshots"));
        await page.ScreenshotAsync(new() { Path = Path.Combine(folder.FullName, name + ".png") });
    }

    private async Task ChooseAsync(string menu, string item)
    {
        await page.Locator(menu).ClickAsync();
        await page.Locator(item).ClickAsync();
    }
}
