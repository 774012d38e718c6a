@echo off
rem Drop a workbook on this file: the plan, the route sheets and a list of findings appear beside the workbook.
rem Names go into a local roster first (the workbook with -ids in its name has none), and are joined for printing only.
rem Keep this file in ASCII and with Windows line ends; the console may use any code page.
setlocal
set "HERE=%~dp0"
set "CAREPLAN=%HERE%.venv\Scripts\careplan.exe"
if not exist "%CAREPLAN%" set "CAREPLAN=careplan"
if "%~1"=="" (
  echo Drop a workbook on careplan.bat, or run: careplan.bat WORKBOOK.xlsx [2026-03-02]
  pause
  exit /b 2
)
set "INPUT=%~f1"
set "OUT=%~dpn1"
set "ROSTER=%~dp1roster.xlsx"
set "DAY="
if not "%~2"=="" set "DAY=--date %~2"
"%CAREPLAN%" visits roster "%INPUT%" --out "%OUT%-ids.xlsx" --roster "%ROSTER%" --lang zh
set "CODE=%ERRORLEVEL%"
if not "%CODE%"=="0" goto done
"%CAREPLAN%" visits solve "%OUT%-ids.xlsx" %DAY% --skip-bad-rows --time-limit 60 --roster "%ROSTER%" --out "%OUT%-plan.json" --xlsx "%OUT%-plan.xlsx" --html "%OUT%-plan.html" --pdf "%OUT%-sheets.pdf" --chat "%OUT%-chat.txt" --lang zh
set "CODE=%ERRORLEVEL%"
if "%CODE%"=="0" goto done
"%CAREPLAN%" visits validate "%OUT%-ids.xlsx" %DAY% --mark "%OUT%-marked.xlsx" --lang zh >nul 2>&1
echo See "%OUT%-marked.xlsx": the cells with findings are coloured there.
:done
pause
exit /b %CODE%
