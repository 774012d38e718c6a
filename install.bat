@echo off
rem Install careplan on a machine without network, from the folder of wheels beside this file.
setlocal
cd /d "%~dp0"
py -3.11 -m venv .venv || python -m venv .venv || (echo Python 3.11 is needed & pause & exit /b 1)
.venv\Scripts\python -m pip install --no-index --find-links wheels careplan || (pause & exit /b 1)
echo Done. Drop a workbook on careplan.bat.
pause
