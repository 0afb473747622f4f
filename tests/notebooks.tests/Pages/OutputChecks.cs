namespace CourseKit.Notebooks.Tests.Pages;

/// <summary>What is asked of an output of <see cref="OutputRun"/>, whatever front end shows it.</summary>
internal static class OutputChecks
{
    /// <summary>
    /// What holds as soon as an output of this kind has drawn. <c>all</c> finds elements of the output, <c>text</c> is what it says.
    /// </summary>
    public static readonly IReadOnlyDictionary<string, string> Drawn = new Dictionary<string, string>
    {
        ["card"] = "text.includes('TorchSharp') && window.CourseKitPlotly",
        ["table"] = "[...all('td')].map(cell => getComputedStyle(cell).textAlign).join(' ') === 'left right left left right left'",
        ["tensor"] = "text.includes('3, 4')",
        ["module"] = "all('tr').length > 5 && getComputedStyle(all('td')[0]).textAlign === 'left'",
        ["picture"] = "all('img').length === 1 && all('img')[0].naturalWidth > 100 && all('img')[0].alt",
        ["pictures"] = "all('img').length === 2 && [...all('img')].every(image => image.naturalWidth > 50) && text.includes('made')",
        ["chart"] = "all('.scatterlayer .js-line').length > 0 && [...all('.gtitle')].every(title => title.getBoundingClientRect().top >= 0)",
        ["chart as HTML"] = "all('.scatterlayer .js-line').length > 0 && text.includes('A line that rises')",
        ["live"] = "all('img').length === 2 && all('img')[0].getBoundingClientRect().width > 50 && [...all('img')].every(image => image.naturalWidth > 20) && text.includes('stopped at 20 of 40')",
        ["map"] = "all('.ck-code-map[data-begun] circle').length === 50",
        ["figure"] = "text.includes('A quarter of the pictures is real.')",
        ["help"] = "text.includes('columns') && all('code').length > 0",
        ["check"] = "text.includes('✗') && text.includes('pictures')",
        ["check's error"] = "text.includes('Not passed yet')",
        ["error"] = "text.includes('no such picture')",
        ["explorer"] = "painted(all('canvas')[0]) && all('.ck-sliders input').length === 16",
        ["sentences"] = "all('.ck-stage output')[0].textContent.length > 2",
        ["plane"] = "painted(all('canvas')[0]) && text.includes('Before the first step')",
        ["film"] = "painted(all('canvas')[0]) && text.includes('update 5,000') && all('img').length === 3",
    };

    /// <summary>JavaScript: <c>fault(output, least, drawn)</c> says what is wrong with an output: not drawn, text that is hard to read; an empty text for nothing.</summary>
    public const string Script = """
        function painted(canvas) {
          const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
          copy.drawImage(canvas, 0, 0);
          return new Set(new Uint32Array(copy.getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size > 1;
        }
        const parts = colour => { const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number); return [r, g, b, a]; };
        const over = ([r, g, b, a], below) => [r, g, b].map((channel, i) => a * channel + (1 - a) * below[i]);
        const light = colour => colour.map(c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
        // The contrast of an element's text with what lies below it, as WCAG reckons.
        function contrast(element) {
          const style = getComputedStyle(element), above = [];
          let opacity = 1;
          for (let at = element; at; at = at.parentElement) {
            above.unshift(parts(getComputedStyle(at).backgroundColor));
            opacity *= getComputedStyle(at).opacity;
          }
          const ground = above.reduce((below, colour) => over(colour, below), [255, 255, 255]);
          const [r, g, b, a] = parts(element.ownerSVGElement ? style.fill : style.color);
          const [low, high] = [light(ground), light(over([r, g, b, a * opacity], ground))].sort((x, y) => x - y);
          return (high + 0.05) / (low + 0.05);
        }
        const seen = element => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !element.closest('script, style, select, [disabled], .ck-said');
        function fault(output, least, drawn) {
          const all = selector => output.querySelectorAll(selector), text = output.innerText;
          if (!drawn(all, text)) return `not drawn: ${text}`;
          const pale = [...all('*')].filter(element => seen(element) && [...element.childNodes].some(node => node.nodeType === 3 && /[\p{L}\p{N}]/u.test(node.data)) && contrast(element) < least);
          return pale.length ? `hard to read: ${pale.map(element => `${element.textContent.trim()} (${contrast(element).toFixed(1)})`).join(', ')}` : '';
        }
        """;
}
